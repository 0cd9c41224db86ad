"""AutoTrainer's rules on curves (Zhang, Zhai, Ma, Shen: AutoTrainer, ICSE 2021), with its published defaults.

Its rules on gradients (vanishing gradient, dying ReLU) need more than curves and are left out; a verdict of slow
convergence, under which they are looked for, is credited with any label of a run that does not learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.doctor.rivals.curves import Array, Verdict, curve

ZETA, ETA = 0.03, 0.2  # size of a swing of accuracy, and share of epochs with one, that make oscillating loss
DELTA = 0.01  # rise of accuracy from one epoch to the next below which convergence is slow
THETA = 0.7  # accuracy that counts as converged
EXPLODED = 1e5


def verdicts(run: dict[str, Any]) -> list[Verdict]:
    """Return what AutoTrainer would say at the end of training."""
    loss, val_loss = curve(run, "loss"), curve(run, "val_loss")
    accuracy, val_accuracy = curve(run, "accuracy"), curve(run, "val_accuracy")
    if not np.isfinite(loss).all() or not np.isfinite(val_loss).all() or val_loss[-1] >= EXPLODED:
        return [("diverged",)]
    slow = max(_largest_rise(accuracy), _largest_rise(val_accuracy)) < DELTA
    if slow:
        return [("flat_training", "constant_validation", "underfitting", "undertrained", "imbalance_collapse")]
    if min(np.nanmax(accuracy), np.nanmax(val_accuracy)) < THETA:
        return []  # handed to the gradient rules
    return [("oscillating",)] if _swings(accuracy) >= ETA * len(accuracy) else []


def _largest_rise(values: Array) -> float:
    return float(np.nanmax(np.diff(values), initial=0.0))


def _swings(accuracy: Array) -> int:
    before, at, after = accuracy[:-2], accuracy[1:-1], accuracy[2:]
    highs, lows = at[(at >= before) & (at >= after)], at[(at <= before) & (at <= after)]
    pairs = min(len(highs), len(lows))
    return int(np.sum(highs[:pairs] - lows[:pairs] >= ZETA))
