"""The loss is minus the probability of the right class: a loss that expects logarithms was given probabilities."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.columns import words_of
from doctor.context import OTHER_TASKS
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.statistics.robust import level, part
from doctor.symptoms.base import Symptom

_FEWEST = 4
_SURER = 0.03
"""How far the mean probability of the right class may exceed the share of right answers."""
_CLOSE, _FOLLOWS, _MOVES = 0.12, 0.8, 0.05
"""How close both are in the end, how closely they follow each other (correlation), and the least that they move."""
_HARDLY, _SHARE = 0.65, 0.3
"""Accuracy of the first epoch below which it is one of classes and not of pixels (a Dice loss may lie between -1 and 0
too), and the share of it that the probability has at least."""

_NEGATED = frozenset(
    {"dice", "dsc", "iou", "miou", "io", "jaccard", "tversky", "similarity", "ssim", "ncc", "correlation", "simsiam"}
)
"""Scores that are maximised as minus themselves, whose names in the log say what a loss below 0 is."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether the training loss lies between -1 and 0 throughout and follows the accuracy from below."""
    loss, right = case.curves.loss, case.curves.accuracy
    if right is None or case.context.task in OTHER_TASKS or _is_a_score(case):
        return False
    known = np.isfinite(loss) & np.isfinite(right)
    sure, right = -loss[known], right[known]
    if len(sure) < _FEWEST or sure.min() <= 0 or sure.max() > 1 or min(np.ptp(sure), np.ptp(right)) < _MOVES:
        return False
    begins = right[0] < _HARDLY and sure[0] > _SHARE * right[0]
    below = bool(np.all(sure < right + _SURER)) and level(part(right - sure, 0.8, 1.0, least=3)) < _CLOSE
    return bool(begins and below and np.corrcoef(sure, right)[0, 1] > _FOLLOWS)


def _is_a_score(case: Case) -> bool:
    """Tell whether the log names a score such as Dice, of which a loss below 0 is the negative."""
    reading = case.curves.reading
    names = [*(used.column for used in reading.used), *(other.column for other in reading.unused)] if reading else []
    return any(_NEGATED & set(words_of(name)) for name in names)


def describe(case: Case) -> Finding:
    """Quote the loss beside the accuracy."""
    final = case.final("loss")
    return Finding(
        symptom="minus_probability",
        severity="warning",
        summary="The loss lies between -1 and 0 and follows the accuracy: it seems to be minus the mean probability of "
        "the right class, as where a loss that expects log-probabilities is given probabilities.",
        evidence=(
            *final,
            *(Evidence("mean_right_probability", -(quoted.value or 0.0), quoted.epochs) for quoted in final),
            *case.final("accuracy"),
        ),
        causes=(
            Cause(
                "probabilities go into a loss that expects their logarithms (NLLLoss after softmax)",
                "with log_softmax in place of softmax the loss begins near ln K and is positive",
            ),
            Cause("a coefficient such as Dice with its sign changed", "then it is meant so: say --task segmentation"),
        ),
        remedy=Remedy(
            (), "Use log_softmax before NLLLoss, or give CrossEntropyLoss the logits: wrong answers then cost more."
        ),
    )


SYMPTOM = Symptom("minus_probability", ("accuracy",), _FEWEST, describe, present, rules_out=frozenset({"healthy"}))
