"""Accuracies as fractions: from percent, and from error rates."""

from __future__ import annotations

import numpy as np

from doctor.points import FINITE, Points

_ABOVE = 1.0 + 1e-6
"""An accuracy above this cannot be a fraction."""


def to_fraction(points: Points, inverted: bool, column: str) -> tuple[Points, list[str]]:
    """Return an accuracy between 0 and 1, and what was done to it.

    Args:
        points: As written; any value above 1 means percent.
        inverted: They are error rates, one minus the accuracy.
        column: The column's name, for the note.
    """
    values, notes = points.values, []
    known = values[points.states == FINITE]
    if len(known) and _ABOVE < float(known.max()) <= 100.0 * _ABOVE:
        values = values / 100.0
        notes.append(f"{column!r} is in percent and was divided by 100.")
    if inverted:
        values = 1.0 - values
        notes.append(f"{column!r} is an error rate; the accuracy is one minus it.")
    return Points(np.asarray(values), points.states), notes
