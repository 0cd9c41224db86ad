"""Tells runs apart that were written to one log one after another, and puts a resumed run together.

Where the epoch (or step) goes back to a later place than the first one, training was resumed there: the later lines
count. Where it goes back to the beginning, another run begins, unless its loss goes on where the last one stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from doctor.columns import role
from doctor.joining.order import first_again, forwards
from doctor.joining.placed import distinct
from doctor.log import Log, Track
from doctor.points import FINITE, Array

_MOST_PARTS = 1000
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Part:
    """A stretch of lines, what its axis is moved by, and whether another run begins with it."""

    start: int
    stop: int
    shift: float
    new: bool
    resumed: float | None = None


def restarted(log: Log) -> list[Log]:
    """Return the runs of a log, each with its axis going forward; a log with one run comes back as it is."""
    log = forwards(log)
    main = _main(log)
    key = None if main is None else _key(main)
    if main is None or key is None:
        return [log]
    parts = _parts(key, main)
    if len(parts) == 1:
        return [log]
    runs = _grouped(parts)
    tracks: list[list[Track]] = [[] for _ in runs]
    for track in log.tracks:
        own = _key(track)
        same = own is not None and (own is key or (len(own) == len(key) and np.array_equal(own, key, equal_nan=True)))
        cut = runs if same else _grouped(_like(parts, own))
        for place, held in enumerate(tracks):
            if own is None or not len(own):
                held.append(track)
            elif place < len(cut):
                held.append(track.take(*_kept(own, cut[place])))
    return [
        _log(log, held, run, number, len(runs)) for number, (held, run) in enumerate(zip(tracks, runs, strict=True), 1)
    ]


def _log(log: Log, tracks: list[Track], run: list[_Part], number: int, count: int) -> Log:
    resumed = tuple(part.resumed for part in run if part.resumed is not None)
    notes = list(log.notes)
    if resumed:
        at = ", ".join(f"{value:g}" for value in resumed[:5])
        notes.append(f"Training was resumed at {at} (as the log counts): of what was written twice the later counts.")
    name = log.name
    if count > 1:
        name = f"{log.name}/{number}" if log.name else str(number)
        others = ", ".join(str(other) for other in range(1, count + 1) if other != number)
        notes.append(
            f"The log holds {count} runs one after another, as the count begins again; this is run {number}. "
            f"The others: --run {others}."
        )
    return replace(
        log, tracks=tuple(tracks), name=name, notes=tuple(notes), restarts=resumed, appended=log.appended or count > 1
    )


def _main(log: Log) -> Track | None:
    """Return the training loss, or the longest track where none is called so."""
    owned = [(track, track.role or role(track.name)) for track in log.tracks]
    losses = [track for track, own in owned if own and own.curve == "loss" and not own.part and len(track.cells)]
    return max(losses or log.tracks, key=lambda track: len(track.cells), default=None)


def _key(track: Track) -> Array | None:
    return track.epoch if track.epoch is not None else track.step


def _parts(key: Array, main: Track) -> list[_Part]:
    filled = _filled(key)
    cuts = np.flatnonzero(np.diff(filled) < 0) + 1
    if len(cuts):
        cuts = _of_training(key, main)
    cuts = np.union1d(cuts, first_again(filled, main))
    if not 0 < len(cuts) < _MOST_PARTS:
        return [_Part(0, len(key), 0.0, True)]
    values = main.points()
    loss = np.where(values.states == FINITE, values.values, np.nan)
    parts = [_Part(0, int(cuts[0]), 0.0, True)]
    first, shift = float(filled[0]), 0.0
    for start, stop in zip(cuts, [*cuts[1:], len(key)], strict=True):
        begin, before = float(filled[start]), float(filled[start - 1])
        if begin > first:
            parts.append(_Part(int(start), int(stop), shift, False, begin + shift))
        elif _goes_on(loss[parts[-1].start : start], loss[start:stop]):
            shift += before + _spacing(filled[parts[-1].start : start]) - begin
            parts.append(_Part(int(start), int(stop), shift, False, begin + shift))
        else:
            first, shift = begin, 0.0
            parts.append(_Part(int(start), int(stop), 0.0, True))
    return parts


def _of_training(key: Array, main: Track) -> Places:
    """Return where the training loss goes back; what validation writes between may count otherwise.

    An evaluation right before the first step of a new run belongs to that run.
    """
    written = main.points().written
    own = np.flatnonzero(written & np.isfinite(key))
    back = np.flatnonzero(np.diff(key[own]) < 0) + 1
    cuts = []
    for last, first in zip(own[back - 1], own[back], strict=True):
        between = np.flatnonzero(key[last + 1 : first] <= key[first])
        cuts.append(last + 1 + between[0] if len(between) else first)
    return np.array(cuts, np.intp)


def _goes_on(before: Array, after: Array) -> bool:
    """Tell whether a loss begins where the one before it stopped, and not where that one began."""
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if len(before) < 2 or not len(after):
        return False
    few = max(1, len(before) // 20)
    began, stopped, begins = (float(np.mean(part)) for part in (before[:few], before[-few:], after[:few]))
    fall = abs(began - stopped)
    return fall > 0.05 * max(abs(began), abs(stopped)) and abs(begins - stopped) < 0.25 * fall


def _like(parts: list[_Part], key: Array | None) -> list[_Part]:
    """Cut another track's axis the way the training loss was cut."""
    if key is None or not len(key):
        return [replace(parts[0], stop=0), *(replace(part, start=0, stop=0) for part in parts[1:] if part.new)]
    cuts = [0, *(np.flatnonzero(np.diff(_filled(key)) < 0) + 1).tolist(), len(key)]
    stretches = list(pairwise(cuts))
    if len(stretches) == len(parts):
        return [
            replace(part, start=start, stop=stop, resumed=None)
            for part, (start, stop) in zip(parts, stretches, strict=True)
        ]
    first = float(_filled(key)[0])
    new = any(part.new for part in parts[1:])
    return [
        _Part(start, stop, 0.0, place == 0 or (new and float(_filled(key)[start]) <= first))
        for place, (start, stop) in enumerate(stretches)
    ]


def _grouped(parts: list[_Part]) -> list[list[_Part]]:
    runs: list[list[_Part]] = []
    for part in parts:
        if part.new or not runs:
            runs.append([])
        runs[-1].append(part)
    return runs


def _kept(key: Array, run: list[_Part]) -> tuple[Places, Array]:
    """Return the places of a run's lines, without those that a later part wrote again, and what each is moved by."""
    places, shifts = np.empty(0, np.intp), np.empty(0)
    for part in run:
        own = np.arange(part.start, part.stop)
        begins = np.nanmin(key[own], initial=np.inf) + part.shift if len(own) else np.inf
        earlier = ~(key[places] + shifts >= begins)
        places = np.concatenate([places[earlier], own])
        shifts = np.concatenate([shifts[earlier], np.full(len(own), part.shift)])
    return places, shifts


def _filled(key: Array) -> Array:
    """Return the axis with each gap filled by the number before it."""
    known = np.isfinite(key)
    if not known.any():
        return np.zeros(len(key))
    place = np.maximum.accumulate(np.where(known, np.arange(len(key)), 0))
    filled = key[place]
    return np.where(np.isfinite(filled), filled, key[known][0])


def _spacing(key: Array) -> float:
    steps = np.diff(distinct(key))
    return float(np.median(steps)) if len(steps) else 1.0
