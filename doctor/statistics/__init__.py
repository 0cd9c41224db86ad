"""Measures of a run, each with a name and a meaning a person can check on the curve.

`measure(curves, context, scale)` returns all of them as one dict (NaN where a column or a fact is missing). They feed
the classifier in `doctor.judge` and are quoted as evidence by the findings in `doctor.symptoms`. The losses come in the
unit of the run's `Scale` (what guessing the class frequencies costs, or where the loss began), so that one threshold
serves all numbers of classes; noise is estimated from the curve itself.
"""

from __future__ import annotations

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics import constancy, extrapolation, gap, levels, motion, setting, trend

GROUPS = (levels, motion, trend, extrapolation, gap, constancy, setting)


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return every measure of every group, by name, of curves whose losses are in the unit of `scale`."""
    with np.errstate(all="ignore"):  # losses near the largest float overflow to infinity, which is what they are
        return {name: float(value) for group in GROUPS for name, value in group.measure(curves, context, scale).items()}


__all__ = ["GROUPS", "measure"]
