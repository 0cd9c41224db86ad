"""Which way a log runs: newest first is turned round; and a first epoch that stands twice begins another run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from doctor.log import Log, Track
from doctor.points import Array

_FEWEST = 3
_BACKWARDS = 0.8
"""Share of the steps of an axis that go back in a log that is written newest first."""


def forwards(log: Log) -> Log:
    """Return the log with the lines of each track that runs backwards turned round."""
    axes = {id(axis): axis for track in log.tracks if (axis := _axis(track)) is not None}  # a table's columns share one
    back = {key for key, axis in axes.items() if _runs_back(axis)}
    turned = tuple(_turned(track) if id(_axis(track)) in back else track for track in log.tracks)
    if all(new is old for new, old in zip(turned, log.tracks, strict=True)):
        return log
    return replace(log, tracks=turned, notes=(*log.notes, "The log is written newest first and was turned round."))


def first_again(key: Array, track: Track) -> npt.NDArray[np.intp]:
    """Return the place at which the first epoch stands a second time, where every epoch else stands once.

    fastai's `fine_tune` draws a table of one epoch for the head, and below it one that begins again at 0.
    """
    none = np.empty(0, np.intp)
    if track.epoch is None or track.step is not None or len(key) < _FEWEST or key[0] != key[1]:
        return none
    written = key[track.points().written]
    numbers, counts = np.unique(written, return_counts=True)
    alone = len(written) == len(key) and len(numbers) > 1 and counts[0] == 2 and (counts[1:] == 1).all()
    return np.array([1]) if alone else none


def _axis(track: Track) -> Array | None:
    return track.epoch if track.epoch is not None else track.step


def _runs_back(key: Array) -> bool:
    steps = np.diff(key[np.isfinite(key)])
    steps = steps[steps != 0]
    return len(steps) + 1 >= _FEWEST and bool((steps < 0).mean() >= _BACKWARDS)


def _turned(track: Track) -> Track:
    order = np.arange(len(track.cells))[::-1]
    turned = track.take(order, np.zeros(len(order)))
    return turned if track.row is None else replace(turned, row=track.row[: len(order)])
