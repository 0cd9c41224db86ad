"""How many examples an accuracy was counted on, read off the steps in which it moves."""

from __future__ import annotations

import math

import numpy as np

from doctor.points import Array

MOST = 2000
"""Largest number of examples that is told apart from a larger one."""
_FEWEST_VALUES = 3
_BY_CHANCE = 0.01
_DIGITS = 6


def size_from_steps(accuracy: Array) -> int | None:
    """Return the least n of which all accuracies are multiples of 1/n; `MOST` where n is larger.

    None where too few different values are there to tell, or where any numbers of so few digits would fit.
    """
    values = np.unique(np.round(accuracy[np.isfinite(accuracy)], _DIGITS))
    inner = values[(values > 0) & (values < 1)]
    if len(inner) < _FEWEST_VALUES:
        return None
    off = _rounding(inner)
    for size in range(2, MOST):
        counts = inner * size
        if bool(np.all(np.abs(counts - np.round(counts)) <= off * size + 1e-9)):
            # How likely numbers that are no counts would be to fit this n or a smaller one.
            chance = size * min(1.0, 2 * off * size) ** len(inner)
            return size if chance < _BY_CHANCE else None
        if 2 * off * size >= 1:
            return None if size < MOST // 4 else size
    return MOST


def _rounding(values: Array) -> float:
    """Return half a unit of the last digit that the values have."""
    for digits in range(1, _DIGITS):
        if bool(np.allclose(values, np.round(values, digits), rtol=0, atol=1e-9)):
            return 0.5 * math.pow(10, -digits)
    return math.pow(10, -_DIGITS)
