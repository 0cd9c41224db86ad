"""Settles points that were written as "nothing": null stands for a gap, and for a NaN that JSON cannot hold."""

from __future__ import annotations

import math

import numpy as np

from doctor.points import ABSENT, FINITE, NON_FINITE, NULL, UNSURE, Points


def settle(points: Points, curve: str) -> Points:
    """Return the points with each `NULL` and `UNSURE` made `ABSENT` or `NON_FINITE`.

    A blank in the middle (validation every fifth epoch) or at the very end of validation (a log that is still being
    written) is a gap; a loss that becomes NaN stays NaN to the end.
    """
    open_ones = points.states >= NULL
    if not open_ones.any():
        return points
    states = points.states.copy()
    finite = np.flatnonzero(points.states == FINITE)
    end = int(finite[-1]) + 1 if len(finite) else 0
    tail = open_ones & (np.arange(len(states)) >= end)
    least = 1 if curve == "loss" else 2
    if not len(finite):
        lost = curve.endswith("loss") and (curve == "loss" or bool((states == UNSURE).any()))
    else:
        usual_gap = int(np.diff(finite).max(initial=1))
        lost = curve.endswith("loss") and len(states) - end >= max(least, usual_gap)
    states[open_ones] = ABSENT
    if lost:
        states[tail] = NON_FINITE
    return Points(np.where(states == FINITE, points.values, math.nan), states)
