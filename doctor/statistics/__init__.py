"""Measures of a run, each with a name and a meaning a person can check on the curve.

`measure(curves, context)` returns all of them as one dict (NaN where a column or a fact is missing). They feed
the classifier in `doctor.judge` and are quoted as evidence by the findings in `doctor.symptoms`. Losses are in
units of what guessing the class frequencies costs, so that one threshold serves all class balances; noise is
estimated from the curve itself.
"""

from __future__ import annotations

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.statistics import constancy, extrapolation, gap, levels, motion, setting, trend

GROUPS = (levels, motion, trend, extrapolation, gap, constancy, setting)


def measure(curves: Curves, context: Context) -> dict[str, float]:
    """Return every measure of every group, by name."""
    with np.errstate(all="ignore"):  # losses near the largest float overflow to infinity, which is what they are
        return {name: float(value) for group in GROUPS for name, value in group.measure(curves, context).items()}


__all__ = ["GROUPS", "measure"]
