"""A loss of classes that falls below nothing: the labels are not those that it expects."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.context import OTHER_TASKS
from doctor.findings import Cause, Finding, Remedy
from doctor.statistics.robust import finite, level, part
from doctor.symptoms.base import Symptom

_BELOW = -1e-3
_NO_BETTER = 0.1
"""Rise of the accuracy from the first epochs to the last ones below which it did not follow the loss."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether the loss ends below 0 while an accuracy, which only classes have, gets no better."""
    right = case.curves.accuracy if case.curves.accuracy is not None else case.curves.val_accuracy
    if right is None or case.context.task in OTHER_TASKS or not len(finite(right)):
        return False
    rise = level(part(right, 0.8, 1.0, least=3)) - level(part(right, 0, 0.2, least=2))
    return bool(level(part(case.curves.loss, 0.8, 1.0, least=3)) < _BELOW and rise < _NO_BETTER)


def describe(case: Case) -> Finding:
    """Quote the loss and the accuracy that stays."""
    first = int(np.argmax(case.curves.loss < 0))
    return Finding(
        symptom="negative_loss",
        severity="critical",
        summary=f"The loss fell below 0 in epoch {int(case.curves.epochs[first])} and accuracy does not follow it: a "
        "cross-entropy of classes cannot be negative, so the labels are not those that it expects.",
        evidence=(*case.final("loss"), *case.extreme("loss", "least"), *case.final("accuracy")),
        causes=(
            Cause("labels other than 0 and 1, such as 1 and 2 or -1 and 1", "the labels, listed, hold other numbers"),
            Cause("masks or targets from 0 to 255", "their greatest value is not 1"),
            Cause("a loss that may be negative (a likelihood of numbers)", "then it is meant so: say --task other"),
        ),
        remedy=Remedy((), "Make the labels 0 and 1 (or 0 to K - 1, with softmax over K units) and train anew."),
    )


SYMPTOM = Symptom(
    "negative_loss",
    (),
    3,
    describe,
    present,
    rules_out=frozenset({"healthy", "undertrained", "overfitting", "constant_validation", "oscillating"}),
)
