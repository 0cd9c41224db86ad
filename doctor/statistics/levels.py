"""Where the curves begin, end and reach, measured against guessing."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.robust import Array, finite, level, log_ratio, part


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return levels of the four curves; losses as log10 of their ratio to the unit of the scale."""
    guess = scale.guess
    return {
        **_loss("loss", curves.loss),
        **_loss("val_loss", curves.val_loss),
        **_accuracy("accuracy", curves.accuracy, guess.accuracy, context.n_train),
        **_accuracy("val_accuracy", curves.val_accuracy, guess.val_accuracy, context.n_val),
        "loss_beyond_accuracy": _beyond(curves.loss, curves.accuracy, scale),
        "val_loss_beyond_accuracy": _beyond(curves.val_loss, curves.val_accuracy, scale),
        "val_loss_beyond_accuracy_at_best": _beyond_at_best(curves, scale),
        "non_finite": float(bool(curves.non_finite)),
    }


def last(values: Array | None) -> float:
    """Return the median of the last fifth of a curve (three epochs at least)."""
    return math.nan if values is None else level(part(values, 0.8, 1.0, least=3))


def _loss(name: str, values: Array | None) -> dict[str, float]:
    known = finite(values) if values is not None else np.empty(0)
    if values is None or not len(known):
        return dict.fromkeys((f"{name}_{end}" for end in ("first", "last", "least", "most", "end")), math.nan)
    return {
        f"{name}_first": log_ratio(float(known[0]), 1.0),
        f"{name}_last": log_ratio(last(values), 1.0),
        f"{name}_least": log_ratio(float(known.min()), 1.0),
        f"{name}_most": log_ratio(float(known.max()), 1.0),
        f"{name}_end": log_ratio(float(known[-1]), 1.0),
    }


def _accuracy(name: str, values: Array | None, guess: float, images: int | None) -> dict[str, float]:
    known = finite(values) if values is not None else np.empty(0)
    if values is None or not len(known):
        ends = ("last", "most", "above_guess", "above_guess_z")
        return dict.fromkeys((f"{name}_{end}" for end in ends), math.nan)
    above = last(values) - guess
    deviation = math.sqrt(max(guess * (1 - guess), 1e-3) / images) if images else math.nan
    return {
        f"{name}_last": last(values),
        f"{name}_most": float(known.max()),
        f"{name}_above_guess": above,
        f"{name}_above_guess_z": above / deviation,
    }


def _beyond(loss: Array | None, accuracy: Array | None, scale: Scale) -> float:
    # A penalty, or confidence in wrong answers, puts the loss above what this accuracy need cost.
    if loss is None or accuracy is None or not scale.guessing:
        return math.nan
    return last(loss) - scale.floor(last(accuracy))


def _beyond_at_best(curves: Curves, scale: Scale) -> float:
    # Wrong labels spread the errors over all classes, which costs all that this accuracy can; overlap does not.
    loss, accuracy = curves.val_loss, curves.val_accuracy
    if loss is None or accuracy is None or not scale.guessing or not np.isfinite(loss + accuracy).any():
        return math.nan
    best = int(np.nanargmin(np.where(np.isfinite(loss + accuracy), loss, np.nan)))
    around = slice(max(0, best - 1), best + 2)
    return level(loss[around]) - scale.floor(level(accuracy[around]))
