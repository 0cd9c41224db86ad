"""Epochs in which there was next to no data: `steps_per_epoch` asks for more batches than are left.

Keras 3 goes on where the data stopped: with `steps_per_epoch=len(data) // batch_size` every second epoch trains on the
one batch that was left over, or on none, and writes 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from doctor.points import ABSENT, FINITE, Array, Points

Mask = npt.NDArray[np.bool_]
_LEAST, _MOST = 4, 5000
"""Rows from which every second one can be told, and beyond which rows are steps and not epochs."""
_LARGEST, _LARGEST_OF_TWO = 64, 32
"""Most examples that count as a batch that was left over, and where there are only two such epochs."""
_DECIMALS = 6e-5
"""An accuracy written with four decimals is this close to the fraction that it is."""


def without_starved(points: dict[str, Points]) -> tuple[dict[str, Points], tuple[int, ...]]:
    """Take the epochs without data out of every curve; return what is left, and those epochs, counted from 1."""
    starved = _starved(points)
    if not starved.any():
        return points, ()
    kept = {
        curve: Points(
            np.where(starved, np.nan, held.values), np.where(starved, ABSENT, held.states).astype(held.states.dtype)
        )
        for curve, held in points.items()
    }
    return kept, tuple((np.flatnonzero(starved) + 1).tolist())


def _starved(points: dict[str, Points]) -> Mask:
    loss, right = points.get("loss"), points.get("accuracy")
    if loss is None or right is None or not _LEAST <= len(loss) <= _MOST:
        return np.zeros(1, bool)
    known = (loss.states == FINITE) & (right.states == FINITE)
    nothing = known & (loss.values == 0.0) & (right.values == 0.0)  # no loss, although every answer is wrong
    second = np.arange(len(loss)) % 2 == 1
    left = second & ~nothing
    alternates = bool(known.all()) and not (nothing & ~second).any() and left.sum() + 2 * nothing.any() >= 2
    if alternates and left.any() and _of_few(right.values[left], right.values[~second]):
        return np.asarray(second)
    return np.asarray(nothing & (known & ~nothing).any())


def _of_few(few: Array, many: Array) -> bool:
    """Tell whether some accuracies are those of a few examples, and most of the others those of many."""
    most = _LARGEST if len(few) > 2 else _LARGEST_OF_TWO
    size = next((size for size in range(2, most + 1) if _fractions(few, size).all()), None)
    if size is None:
        return False
    return all(_fractions(many, other).mean() < 0.5 for other in (1000, *range(2, 4 * size + 1)))


def _fractions(values: Array, size: int) -> Mask:
    """Tell for each value whether it is a whole number of `size`-ths."""
    return np.asarray(np.abs(values * size - np.round(values * size)) < _DECIMALS * size)
