"""A training history as four float arrays of one length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor import tracks
from doctor.errors import HistoryError
from doctor.joining import join, owned
from doctor.log import Log
from doctor.points import ABSENT, UNSURE, Array
from doctor.run import History, Reading, Run, first_non_finite

Mask = npt.NDArray[np.bool_]
LONGEST = 400
"""Epochs that the statistics look at; a longer run is thinned evenly, so cost stays linear in its length."""
_MOST_NAMED = 8


@dataclass(frozen=True)
class Curves:
    """Per-epoch values [epochs]; NaN where a value is missing or was not finite, None where there is no column.

    Attributes:
        epochs: Epoch numbers, counted from 1.
        non_finite: The first epochs of each stretch in which the training or validation loss was written and was not a
            finite number.
        written: Curve -> whether anything was written at each epoch, finite or not, bool [epochs].
        not_measured: Curves that the log holds but that were never computed (0 throughout); they are None here.
        restarts: Epochs at which the run was resumed.
        starved: Epochs in which there was next to no data; their values are missing.
        reading: What was read as what.
    """

    epochs: npt.NDArray[np.int64]
    loss: Array
    accuracy: Array | None
    val_loss: Array | None
    val_accuracy: Array | None
    non_finite: tuple[int, ...]
    written: Mapping[str, Mask] = field(default_factory=dict)
    not_measured: tuple[str, ...] = ()
    restarts: tuple[int, ...] = ()
    starved: tuple[int, ...] = ()
    reading: Reading | None = None

    def __len__(self) -> int:
        """Return the number of epochs."""
        return len(self.epochs)

    def column(self, name: str) -> Array | None:
        """Return the curve called `name` in Keras's names, or None."""
        values: Array | None = getattr(self, name)
        return values

    def broken(self, name: str) -> Mask:
        """Tell for each epoch whether the curve was written there and is not a finite number, bool [epochs]."""
        values, written = self.column(name), self.written.get(name)
        if values is None or written is None:
            return np.zeros(len(self), bool)
        return np.asarray(written & ~np.isfinite(values))

    def absent(self, name: str) -> Mask:
        """Tell for each epoch whether nothing was written of the curve, bool [epochs]."""
        written = self.written.get(name)
        return np.ones(len(self), bool) if written is None else ~written


def load(history: Mapping[str, Any] | Sequence[Mapping[str, Any]] | Run) -> Curves:
    """Turn a Keras-style history, a list of one mapping an epoch, or a run that was read, into `Curves`.

    Raises:
        HistoryError: There is no training loss, no epoch, or a value is not a number.
    """
    return curves_of(run_of(history))


def run_of(history: Any) -> Run:
    """Return the run behind a history: the one it was read from, or one made of its columns.

    Raises:
        HistoryError: As `load`.
    """
    if isinstance(history, Run):
        return history
    if isinstance(history, History) and (run := history.run) is not None:
        return run
    return join(owned(Log(tracks.of_columns(_columns(history), UNSURE))), "memory")


def curves_of(run: Run) -> Curves:
    """Return the curves of a run, thinned to what the statistics look at."""
    points = {series.curve: series.points for series in run.series}
    kept = _thinned(len(run), [held.values for held in points.values()])
    values = {curve: held.values[kept] for curve, held in points.items()}
    bad = {
        int(place) + 1
        for curve in ("loss", "val_loss")
        if curve in points
        for place in first_non_finite(points[curve])[:_MOST_NAMED]
    }
    return Curves(
        epochs=kept + 1,
        loss=values["loss"],
        accuracy=values.get("accuracy"),
        val_loss=values.get("val_loss"),
        val_accuracy=values.get("val_accuracy"),
        non_finite=tuple(sorted(bad)),
        written={curve: held.states[kept] != ABSENT for curve, held in points.items()},
        not_measured=run.not_measured,
        restarts=run.reading.restarts,
        starved=run.starved,
        reading=run.reading,
    )


def _columns(history: Any) -> dict[str, Any]:
    history = getattr(history, "history", history)
    if isinstance(history, Mapping):
        return {str(key): _cells(values, str(key)) for key, values in history.items()}
    if isinstance(history, Sequence) and not isinstance(history, (str, bytes)):
        if isinstance(history, tuple) and len(history) == 2 and isinstance(history[0], Mapping | Run):
            raise HistoryError("That is what doctor.read returns, curves and context: diagnose(*doctor.read(path)).")
        if not all(isinstance(row, Mapping) for row in history):
            raise HistoryError("The history is a list whose items are not all mappings; expected one mapping an epoch.")
        return {track.name: track.cells for track in tracks.of_rows(history)} | _axes(history)
    raise HistoryError(
        f"The history is a {type(history).__name__}; expected a mapping of column to values "
        "(Keras's History.history) or a list of one mapping an epoch."
    )


def _axes(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(str(name) for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names if tracks.is_axis(name)}


def _cells(values: Any, column: str) -> Any:
    array = values if isinstance(values, np.ndarray) else None
    if array is not None and array.ndim == 1:
        return array.astype(np.float64) if array.dtype.kind in "fiub" else array.tolist()
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes)):
        return values
    if hasattr(values, "tolist") and isinstance(found := values.tolist(), list):
        return found
    return _Unread(f"Column {column!r:.60} is not a list of numbers; expected one number an epoch.")


class _Unread(list[Any]):
    """A column that is not a list; it is complained of only if it is used."""

    def __init__(self, complaint: str) -> None:
        super().__init__([complaint])


def _thinned(length: int, curves: Sequence[Array]) -> npt.NDArray[np.int64]:
    """Return the rows that are looked at: evenly spread, and those of each curve's least and greatest value."""
    if length <= LONGEST:
        return np.arange(length)
    known = [values for values in curves if np.isfinite(values).any()]
    extremes = [int(find(values)) for values in known for find in (np.nanargmin, np.nanargmax)]
    return np.unique([*np.linspace(0, length - 1, LONGEST - len(extremes)).round().astype(np.int64), *extremes])


def parts_of(curves: Curves, least: int = 4) -> list[Curves]:
    """Return the stretches between restarts that have `least` epochs, or the whole where no stretch has."""
    rows = [int(np.searchsorted(curves.epochs, epoch)) for epoch in curves.restarts]
    edges = [0, *sorted(row for row in set(rows) if 0 < row < len(curves)), len(curves)]
    stretches = [slice(start, stop) for start, stop in pairwise(edges) if stop - start >= least]
    return [_cut(curves, stretch) for stretch in stretches] if len(edges) > 2 and stretches else [curves]


def _cut(curves: Curves, stretch: slice) -> Curves:
    epochs = curves.epochs[stretch]
    return replace(
        curves,
        epochs=epochs,
        loss=curves.loss[stretch],
        accuracy=None if curves.accuracy is None else curves.accuracy[stretch],
        val_loss=None if curves.val_loss is None else curves.val_loss[stretch],
        val_accuracy=None if curves.val_accuracy is None else curves.val_accuracy[stretch],
        non_finite=tuple(epoch for epoch in curves.non_finite if epochs[0] <= epoch <= epochs[-1]),
        written={name: mask[stretch] for name, mask in curves.written.items()},
        restarts=(),
    )
