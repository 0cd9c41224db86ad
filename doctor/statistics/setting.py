"""What is known of the run itself, on scales on which runs compare."""

from __future__ import annotations

import math

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return sizes and rates as log10, and how unequal the classes are."""
    guess = scale.guess
    batches = math.nan
    if context.n_train and context.batch_size:
        batches = math.ceil(context.n_train / context.batch_size)
    epochs = float(curves.epochs[-1])
    return {
        "epochs": math.log10(epochs),
        "classes": _log(scale.classes),
        "n_train": _log(context.n_train),
        "n_val": _log(context.n_val),
        "parameters": _log(context.parameters),
        "parameters_per_image": _log(context.parameters) - _log(context.n_train),
        "batch_size": _log(context.batch_size),
        "steps": _log(batches * epochs),
        "learning_rate": _log(context.learning_rate),
        "rate_times_steps": _log(context.learning_rate) + _log(batches * epochs),
        "adaptive": math.nan if context.optimizer is None else float(context.optimizer in ("adam", "rmsprop")),
        "momentum": math.nan if context.optimizer is None else float("momentum" in context.optimizer),
        "common_class": guess.accuracy if context.class_counts_train else math.nan,
        "val_common_class": guess.val_accuracy if context.class_counts_val else math.nan,
    }


def _log(number: float | None) -> float:
    if number is None or math.isnan(number):
        return math.nan
    return math.log10(max(number, 1e-15))
