"""What each finding and each first sentence claims, as a condition on the raw numbers, written without the doctor."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from doctor import Finding

Columns = dict[str, np.ndarray]


def end(history: Columns, curve: str) -> float:
    """Return the level in which a curve ends: the median of its last fifth, and of three epochs at least."""
    late = history[curve][max(0, min(int(0.8 * len(history[curve])), len(history[curve]) - 3)) :]
    late = late[np.isfinite(late)]
    return float(np.median(late)) if len(late) else math.nan


def _start(history: Columns, curve: str) -> float:
    return float(history[curve][np.isfinite(history[curve])][0])


def _healthy(history: Columns, finding: Finding) -> bool:
    fell = end(history, "loss") < _start(history, "loss")
    follows = "val_loss" in history and end(history, "val_loss") < _start(history, "val_loss")
    return ("the loss fell" not in finding.summary or fell) and ("follows" not in finding.summary or follows)


def _overfitting(history: Columns, finding: Finding) -> bool:
    worse = end(history, "val_loss") > end(history, "loss")
    if {"accuracy", "val_accuracy"} <= set(history):
        worse = worse or end(history, "val_accuracy") < end(history, "accuracy")
    best = re.search(r"rises after epoch (\d+)", finding.summary)
    later = history["val_loss"][int(best[1]) :] if best else np.ones(1)
    rises = len(later) > 2 and np.nanmedian(later) > np.nanmin(history["val_loss"])
    return (worse or "clearly better" not in finding.summary) and bool(rises or not best)


def _undertrained(history: Columns, finding: Finding) -> bool:
    curve = "val_loss" if finding.summary.startswith("Validation") else "loss"
    falls = [name for name in ("loss", "val_loss") if name in history and _falls(history[name])]
    return curve in falls if not finding.summary.startswith("The") else bool(falls)


def _always_falls(values: np.ndarray) -> bool:
    return bool(np.all(np.diff(values[len(values) // 2 :]) < 0))


def _falls(values: np.ndarray) -> bool:
    late = values[len(values) // 2 :]
    late = late[np.isfinite(late)]
    return float(np.polyfit(np.arange(len(late)), late, 1)[0]) < 0


def _flat(history: Columns, finding: Finding) -> bool:
    return abs(end(history, "loss") / _start(history, "loss") - 1) < 0.6 or "guessing" in finding.summary


def _constant(history: Columns, finding: Finding) -> bool:
    val = history["val_loss"]
    late = val[len(val) // 2 :]
    still = bool(np.ptp(late[np.isfinite(late)]) < 0.12 * max(1.0, _start(history, "loss")))
    learns = finding.kind != "stale_weights" or end(history, "loss") < _start(history, "loss")
    return still and learns


def _oscillating(history: Columns, finding: Finding) -> bool:
    steps = np.diff(history["loss"][np.isfinite(history["loss"])])
    return bool((steps > 0).any() and (steps < 0).any())


def _diverged(history: Columns, finding: Finding) -> bool:
    losses = [history[name] for name in ("loss", "val_loss") if name in history]
    broken = any(not np.isfinite(values).all() for values in losses)
    exploded = re.search(r"exploded to about ([^ ]+) in epoch (\d+)", finding.summary)
    if exploded:
        return bool(history["loss"][int(exploded[2]) - 1] == np.nanmax(history["loss"])) and not broken
    return broken if "not a number" in finding.summary else not broken


def _unlearned(history: Columns, finding: Finding) -> bool:
    loss = history["loss"]
    right = history.get("accuracy", np.zeros(1))
    if end({"right": right}, "right") >= np.nanmax(right) > 0.6:
        return False  # nothing of it is lost
    return bool(end(history, "loss") > 1.2 * np.nanmin(loss)) and bool(np.nanmin(loss) < 0.95 * _start(history, "loss"))


def _inference(history: Columns, finding: Finding) -> bool:
    return end(history, "accuracy") > end(history, "val_accuracy") and end(history, "val_loss") > end(history, "loss")


def _went_to(history: Columns, finding: Finding) -> bool:
    share = re.search(r"went to only (\d+) %", finding.summary)
    loss = history["loss"][np.isfinite(history["loss"])]
    if share is None:
        fell = loss[-1] < loss[0]
        return "did not fall" in finding.summary or ("but hardly" in finding.summary and bool(fell))
    return bool(loss.min() / loss.max() <= int(share[1]) / 100 + 0.01)


def _one_class(history: Columns, finding: Finding) -> bool:
    curve = "val_accuracy" if finding.summary.startswith("Validation") else "accuracy"
    return bool(np.ptp(history[curve]) < 1e-3)


CLAIMS: dict[str, Callable[[Columns, Finding], bool]] = {
    "healthy": _healthy,
    "overfitting": _overfitting,
    "undertrained": _undertrained,
    "flat_training": _flat,
    "constant_validation": _constant,
    "oscillating": _oscillating,
    "diverged": _diverged,
    "unlearned": _unlearned,
    "inference_differs": _inference,
    "one_class_answered": _one_class,
    "distribution_shift": lambda history, _: (
        end(history, "val_accuracy") < end(history, "accuracy") or end(history, "val_loss") > end(history, "loss")
    ),
    "validation_better_than_training": lambda history, _: end(history, "val_loss") < end(history, "loss"),
    "overconfident": lambda history, _: end(history, "val_accuracy") < 1,
    "validation_is_training": lambda history, _: bool(np.array_equal(history["loss"], history["val_loss"])),
    "loss_contradicts_accuracy": lambda history, finding: _below_floor(history, finding),
    "validation_not_measured": lambda history, _: not history["val_loss"].any(),
    "label_noise": lambda history, _: end(history, "val_loss") > 0.05,
    "underfitting": lambda history, finding: (
        end(history, "loss") > 0.1 and not ("stopped falling" in finding.summary and _always_falls(history["loss"]))
    ),
    "learning_rate_too_low": lambda history, finding: _went_to(history, finding),
    "negative_loss": lambda history, _: end(history, "loss") < 0,
    "validation_scaled_otherwise": lambda history, _: end(history, "val_loss") > end(history, "loss"),
    "unshuffled_split": lambda history, _: bool(np.nanmin(history["val_accuracy"]) <= 0.1),
    "data_ran_out": lambda history, finding: len(finding.evidence[0].epochs) < len(history["loss"]),
    "validation_jumps": lambda history, _: bool((np.diff(history["val_loss"]) > 0).any()),
    "minus_probability": lambda history, _: bool(np.nanmin(history["loss"]) >= -1 and np.nanmax(history["loss"]) <= 0),
}


def _worse_in_validation(history: Columns) -> bool:
    gap = {"accuracy", "val_accuracy"} <= set(history) and end(history, "val_accuracy") < end(history, "accuracy")
    return bool(gap or end(history, "val_loss") > end(history, "loss"))


def _learned_once(history: Columns) -> bool:
    return bool(np.nanmin(history["loss"]) < 0.95 * _start(history, "loss"))


VERDICTS: dict[str, Callable[[Columns], bool]] = {
    "The model has learned its training examples by heart": lambda history: (
        _worse_in_validation(history) and not ("accuracy" in history and end(history, "accuracy") < 0.6)
    ),
    "What is learned in training tells nothing of validation": lambda history: (
        float(np.nanmax(history["val_accuracy"])) < end(history, "accuracy")
    ),
    "Training went well by its loss, which does not agree": lambda history: (
        end(history, "loss") < _start(history, "loss")
    ),
    "Validation was best well before the end": lambda history: (
        end(history, "val_loss") > np.nanmin(history["val_loss"])
    ),
    "Validation does worse than guessing": _worse_in_validation,
    "Training stopped too early": lambda history: any(
        _falls(history[name]) for name in ("loss", "val_loss") if name in history
    ),
    "The loss is no number from the first epoch on": lambda history: (
        not all(np.isfinite(history[name][0]) for name in ("loss", "val_loss") if name in history)
    ),
    "Training went out of control: the loss became": lambda history: (
        not all(np.isfinite(history[name]).all() for name in ("loss", "val_loss") if name in history)
    ),
    "The model had learned until": _learned_once,
    "The model had learned and lost it again": _learned_once,
    "The model learned nothing: its training loss stays": lambda history: (
        0.75 < end(history, "loss") / _start(history, "loss") < 1.6
    ),
    "Neither loss moves much": lambda history: 0.9 < end(history, "loss") / _start(history, "loss") < 1.1,
    "The loss is negative": lambda history: end(history, "loss") < 0,
    "The output cannot vary": lambda history: bool(np.ptp(history["loss"]) < 1e-3),
    "Training went well": lambda history: end(history, "loss") < 3 * _start(history, "loss"),
}
"""First sentences (their beginning), and what must hold of the curve."""


def _below_floor(history: Columns, finding: Finding) -> bool:
    prefix = "val_" if finding.summary.startswith("Validation") else ""
    least = (1 - history[f"{prefix}accuracy"]) * math.log(2)
    known = np.isfinite(history[f"{prefix}loss"])
    return bool(np.mean(history[f"{prefix}loss"][known] < least[known]) >= 0.5)
