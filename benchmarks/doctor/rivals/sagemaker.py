"""Amazon SageMaker Debugger's built-in rules that need only curves and class counts, with their documented defaults.

https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html: ExplodingTensor, Overfit, Overtraining,
LossNotDecreasing, ClassImbalance. An epoch stands for a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.doctor.rivals.curves import Array, Verdict, curve

OVERFIT_RATIO = 0.1
PATIENCE_TRAIN, PATIENCE_VALIDATION, DELTA = 5, 10, 0.01
NUM_STEPS, DIFF_PERCENT = 10, 0.1
IMBALANCE = 10


def verdicts(run: dict[str, Any]) -> list[Verdict]:
    """Return the rules that report an issue."""
    loss, val_loss = curve(run, "loss"), curve(run, "val_loss")
    found: list[Verdict] = []
    if not np.isfinite(loss).all() or not np.isfinite(val_loss).all():
        return [("diverged",)]
    if (val_loss[-1] - loss[-1]) / max(loss[-1], 1e-12) > OVERFIT_RATIO:
        found.append(("overfitting", "distribution_shift"))
    if _stale(loss, PATIENCE_TRAIN) and _stale(val_loss, PATIENCE_VALIDATION):
        found.append(("overfitting", "underfitting", "label_noise", "flat_training"))
    if _not_decreasing(loss):
        found.append(("flat_training", "oscillating", "diverged", "underfitting"))
    counts = run["context"].get("class_counts_train")
    if counts and max(counts) > IMBALANCE * max(1, min(counts)):
        found.append(("imbalance_collapse",))
    return found


def _stale(values: Array, patience: int) -> bool:
    best = int(np.argmin(values))
    return len(values) - 1 - best >= patience and float(values[-1] - values[best]) > DELTA


def _not_decreasing(loss: Array) -> bool:
    if len(loss) <= NUM_STEPS:
        return False
    change = (loss[:-NUM_STEPS] - loss[NUM_STEPS:]) / np.maximum(np.abs(loss[:-NUM_STEPS]), 1e-12)
    return bool(np.any(100 * change < DIFF_PERCENT))
