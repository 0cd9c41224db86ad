"""Whether validation responds to training at all."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.robust import Array, finite, log_ratio, part

_NAMES = ("range", "late_range", "distinct", "late_steps", "range_over_training")


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return how much validation loss and accuracy move, in the whole run and in its later half."""
    steps = context.n_val or 50
    return {
        **_loss_motion(curves),
        "val_accuracy_range": _range(curves.val_accuracy, 0.0) * steps,
        "val_accuracy_late_range": _range(curves.val_accuracy, 0.5) * steps,
        "accuracy_late_range": _range(curves.accuracy, 0.5),
        "val_accuracy_at_a_class_share": _class_share(curves.val_accuracy, context),
    }


def _loss_motion(curves: Curves) -> dict[str, float]:
    known = finite(curves.val_loss) if curves.val_loss is not None else np.empty(0)
    if len(known) < 3:
        return {f"val_loss_{name}": math.nan for name in _NAMES}
    rounded = np.array([float(f"{value:.5g}") for value in known])
    late = part(known, 0.5, 1.0, least=3)
    training = float(np.ptp(finite(curves.loss))) if len(finite(curves.loss)) else math.nan
    numbers = (
        log_ratio(float(np.ptp(known)), 1.0),
        log_ratio(float(np.ptp(late)), 1.0),
        len(np.unique(rounded)) / len(rounded),
        log_ratio(float(np.median(np.abs(np.diff(late)))), 1.0),
        log_ratio(float(np.ptp(known)), training),
    )
    return {f"val_loss_{name}": number for name, number in zip(_NAMES, numbers, strict=True)}


def _range(values: Array | None, start: float) -> float:
    if values is None:
        return math.nan
    kept = part(values, start, 1.0, least=3)
    return float(np.ptp(kept)) if len(kept) else math.nan


def _class_share(values: Array | None, context: Context) -> float:
    """Return the share of late epochs whose accuracy is exactly that of one answer for every image."""
    if values is None or context.class_counts_val is None or sum(context.class_counts_val) == 0:
        return math.nan
    late = part(values, 0.5, 1.0, least=3)
    total = sum(context.class_counts_val)
    shares = np.array(context.class_counts_val) / total
    return float(np.mean(np.abs(late[:, None] - shares).min(axis=1) < 0.4 / total)) if len(late) else math.nan
