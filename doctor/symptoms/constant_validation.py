"""Validation loss does not respond to training at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.statistics.robust import finite
from doctor.symptoms.base import Symptom
from doctor.symptoms.flat_training import creeps, unscaled


@dataclass(frozen=True)
class Kind:
    """One way in which validation can stand still."""

    name: str
    summary: str
    cause: Cause
    remedy: Remedy


_FRESH_START = (Change("learning_rate", "multiply", 0.1), Change("strategy", "set", "pretrained"))
SATURATED = Kind(
    "saturated_outputs",
    "The loss is far above guessing and stands still: the model seems fully sure of one class for every example.",
    Cause("saturated outputs", "probabilities are all (nearly) 0 or 1, and the loss is many times that of guessing"),
    Remedy(_FRESH_START, "Scale the inputs to a small range and start from fresh weights with a lower rate."),
)
FIXED = Kind(
    "fixed_output",
    "Loss and accuracy are the same from the first epoch on, in training as in validation: the output cannot vary.",
    Cause("an output that cannot vary, such as softmax on one unit", "every prediction is exactly 1 (or 0)"),
    Remedy((), "End in one unit with the sigmoid, or in one unit a class with softmax."),
)
STALE = Kind(
    "stale_weights",
    "Training improves but validation loss stays exactly the same: it is measured on a model that does not train.",
    Cause("validation runs on stale or copied weights", "evaluating the trained model by hand gives another loss"),
    Remedy((), "Evaluate the very model that is being trained, and feed fresh validation batches each epoch."),
)
NO_LEARNING = Kind(
    "no_learning",
    "Its loss is the same after every epoch, and training gets nowhere either: nothing is learned.",
    Cause("the weights do not change", "weights before and after an epoch are equal"),
    Remedy(
        (Change("learning_rate", "set", 0.001), Change("optimizer", "set", "adam")),
        "Make the layers trainable and set a learning rate of about 0.001.",
    ),
)
DEAD_UNITS = Kind(
    "dead_units",
    "It stays at the loss of guessing, as it does where the hidden units no longer react to the examples.",
    Cause("dead or saturated hidden units", "hidden activations are the same for every example"),
    Remedy(_FRESH_START, "Start from fresh weights with a lower learning rate."),
)
ONE_ANSWER = Kind(
    "one_answer",
    "Its loss stands still, as it does where one and the same answer is given for every example.",
    Cause("one answer for every example", "the predictions hold one class only"),
    Remedy(
        (Change("class_weight", "set", "balanced"), Change("learning_rate", "multiply", 0.1)),
        "Look at the predictions: balance the classes and lower the learning rate.",
    ),
)
ONE_NUMBER = Kind(
    "one_answer",
    ONE_ANSWER.summary,
    Cause(
        "an output that cannot reach the targets, such as a sigmoid (0 to 1) for larger ones",
        "the predictions end where the output does, or are the mean of the targets",
    ),
    Remedy((), "Compare the range of the predictions with that of the targets; scale the targets, or free the output."),
)
"""The same of a loss that is not one of classes."""
TOO_SLOW = Kind(
    "too_slow",
    "It hardly moves, and neither does training, which creeps straight down: the steps are far too small.",
    Cause("a learning rate far too low", "a hundred times the rate makes both losses move"),
    Remedy((Change("learning_rate", "multiply", 100.0),), "Raise the learning rate a hundredfold."),
)
KINDS = (FIXED, SATURATED, STALE, NO_LEARNING, TOO_SLOW, DEAD_UNITS, ONE_ANSWER)


_MOVES = -1.3
"""log10 of the range of late validation loss, in units of guessing, above which (a twentieth) it does move."""
_EXACTLY = -4.0
"""log10 of that range over the whole run, below which it does not move at all."""
_LEARNED = -0.15
"""log10 of training loss over that of guessing, below which validation that once moved has merely settled."""


def possible(case: Case) -> bool:
    """Tell whether validation loss stands still, at a level that is no converged model's."""
    learned = case["val_accuracy_above_guess_z"] > 3 or case["loss_last"] < _LEARNED
    converged = case["val_loss_range"] > _EXACTLY and learned
    return not case["val_loss_late_range"] > _MOVES and not converged


def kind_of(case: Case) -> Kind:
    """Tell the kinds apart: how still validation is, at what level, and whether training learns meanwhile."""
    exactly_still = case["val_loss_range"] < _EXACTLY
    if exactly_still and _fixed(case):
        return FIXED
    learns = case["loss_fall"] < -0.1 and case["loss_late_spread_over_level"] < 0
    if case.scale.guessing and case["val_loss_last"] > 0.3 and exactly_still and not learns:
        return SATURATED
    if exactly_still:
        return STALE if learns and case["loss_end_monotony"] < 1 else NO_LEARNING
    if creeps(case):
        return ONE_NUMBER if unscaled(case) else TOO_SLOW
    answers = case.context.prediction_counts
    if answers is not None and sum(count > 0 for count in answers) == 1 and case["loss_last"] < -0.1:
        return ONE_ANSWER
    at_chance = case.scale.guessing and abs(case["val_loss_last"]) < 0.05
    return DEAD_UNITS if at_chance else ONE_ANSWER if case.scale.guessing else ONE_NUMBER


def _fixed(case: Case) -> bool:
    """Tell whether training too has one loss and one accuracy, above guessing, in every epoch."""
    right = case.curves.accuracy
    still = float(np.ptp(finite(case.curves.loss))) < 1e-4 * case.scale.guess.loss
    nothing = bool(np.all(finite(case.curves.loss) == 0)) and case["accuracy_last"] < 1  # whatever is answered is free
    costs = case["loss_last"] > 0.1 or nothing
    return still and costs and (right is None or float(np.ptp(finite(right))) < 1e-6)


def describe(case: Case) -> Finding:
    """Say which kind of stillness it is, the others following as less likely causes."""
    kind = kind_of(case)
    others = tuple(other.cause for other in KINDS if other is not kind)
    few = Cause("too few validation examples to move", "validation loss moves although accuracy does not")
    return Finding(
        symptom="constant_validation",
        severity="critical",
        summary=f"Validation does not respond to training. {kind.summary}",
        evidence=case.final("val_loss")
        + case.ratios(range_over_guessing="val_loss_range")
        + case.measured("val_loss_distinct", "val_accuracy_at_a_class_share")
        + case.fact("n_val"),
        causes=(kind.cause, *others, few),
        remedy=kind.remedy,
        kind=kind.name,
    )


SYMPTOM = Symptom("constant_validation", needs=("val_loss",), least_epochs=4, describe=describe, possible=possible)
