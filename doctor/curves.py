"""A training history as four float arrays of one length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor.columns import match
from doctor.errors import HistoryError

Array = npt.NDArray[np.float64]
LONGEST = 400
"""Epochs that the statistics look at; a longer run is thinned evenly, so cost stays linear in its length."""


@dataclass(frozen=True)
class Curves:
    """Per-epoch values [epochs]; NaN where a value is missing or was not finite, None where there is no column.

    Attributes:
        epochs: Epoch numbers, counted from 1.
        non_finite: Epochs at which the training or validation loss was given but was not a finite number.
    """

    epochs: npt.NDArray[np.int64]
    loss: Array
    accuracy: Array | None
    val_loss: Array | None
    val_accuracy: Array | None
    non_finite: tuple[int, ...]

    def __len__(self) -> int:
        """Return the number of epochs."""
        return len(self.epochs)

    def column(self, name: str) -> Array | None:
        """Return the curve called `name` in Keras's names, or None."""
        values: Array | None = getattr(self, name)
        return values


def load(history: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Curves:
    """Turn a Keras-style history, or a list of one mapping an epoch, into `Curves`.

    Raises:
        HistoryError: There is no training loss, no epoch, or a value is not a number.
    """
    columns = _columns(history)
    arrays = {curve: _numbers(columns[column], column) for curve, column in match(columns).items()}
    length = max(len(values) for values in arrays.values())
    if length == 0:
        raise HistoryError("The history has no epochs; expected at least one value of the training loss.")
    padded = {curve: np.concatenate([v, np.full(length - len(v), np.nan)]) for curve, v in arrays.items()}
    non_finite = _non_finite_epochs(arrays)
    kept = _thinned(length)
    finite = {curve: np.where(np.isfinite(v), v, np.nan)[kept] for curve, v in padded.items()}
    return Curves(
        epochs=kept + 1,
        loss=finite["loss"],
        accuracy=finite.get("accuracy"),
        val_loss=finite.get("val_loss"),
        val_accuracy=finite.get("val_accuracy"),
        non_finite=non_finite,
    )


def _columns(history: Any) -> dict[str, Any]:
    history = getattr(history, "history", history)
    if isinstance(history, Mapping):
        return {str(key): values for key, values in history.items()}
    if isinstance(history, Sequence) and not isinstance(history, (str, bytes)):
        if not all(isinstance(row, Mapping) for row in history):
            raise HistoryError("The history is a list whose items are not all mappings; expected one mapping an epoch.")
        names = dict.fromkeys(str(key) for row in history for key in row)
        return {name: [row.get(name) for row in history] for name in names}
    raise HistoryError(
        f"The history is a {type(history).__name__}; expected a mapping of column to values "
        "(Keras's History.history) or a list of one mapping an epoch."
    )


def _numbers(values: Any, column: str) -> Array:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise HistoryError(f"Column {column!r:.60} holds something that is not a number; expected numbers.") from None
    if array.ndim != 1:
        raise HistoryError(f"Column {column!r:.60} is not a list of numbers; expected one number an epoch.")
    return array


def _non_finite_epochs(arrays: Mapping[str, Array]) -> tuple[int, ...]:
    """Return where a loss is infinite, and where it stops being a number for good.

    A blank in the middle (validation every fifth epoch) or at the very end of validation (a log that is still being
    written) is no explosion; a loss that becomes NaN stays NaN to the end.
    """
    bad: set[int] = set()
    for curve, least in (("loss", 1), ("val_loss", 2)):
        values = arrays.get(curve)
        if values is None or (curve == "val_loss" and not np.isfinite(values).any()):
            continue
        finite = np.flatnonzero(np.isfinite(values))
        end = int(finite[-1]) + 1 if len(finite) else 0
        usual_gap = int(np.diff(finite).max(initial=1))
        if len(values) - end >= max(least, usual_gap):
            bad.add(end + 1)
        bad |= {int(row) + 1 for row in np.flatnonzero(np.isinf(values))[:8]}
    return tuple(sorted(bad))


def _thinned(length: int) -> npt.NDArray[np.int64]:
    if length <= LONGEST:
        return np.arange(length)
    return np.unique(np.linspace(0, length - 1, LONGEST).round().astype(np.int64))
