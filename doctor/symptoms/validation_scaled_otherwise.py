"""Validation that is mostly right at a loss that never came down to guessing: its inputs have another scale."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

_NEVER = 0.08
"""log10 of the least validation loss above which (a fifth more than guessing) it never came down to it."""
_RIGHT = 0.3
"""Accuracy above guessing from which most answers are right."""
_SOON = 2
"""Epochs in which validation must have been measured for anything to be said of how it began."""
_LEARNED = -0.3
"""log10 of the training loss below which (a half of guessing) training shows nothing of it."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether validation loss never came down to guessing although most answers are right."""
    right = case["val_accuracy_above_guess"] > _RIGHT and case["accuracy_above_guess"] > _RIGHT
    val = case.curves.val_loss
    soon = val is not None and bool(np.isfinite(val[:_SOON]).any())  # measured later, it may have come down and risen
    return bool(soon and right and case["val_loss_least"] > _NEVER and case["loss_last"] < _LEARNED)


def describe(case: Case) -> Finding:
    """Quote both losses and both accuracies."""
    return Finding(
        symptom="validation_scaled_otherwise",
        severity="critical",
        summary="Validation answers well above chance, and yet its loss never came down to what guessing costs: wrong "
        "answers are given with far too much confidence from the first epoch on, unlike in training.",
        evidence=case.extreme("val_loss", "least")
        + case.cost_of_guessing()
        + case.final("val_accuracy")
        + case.final("loss")
        + case.final("accuracy"),
        causes=(
            Cause(
                "validation inputs of another scale (0 to 255 instead of 0 to 1)",
                "the greatest value of a batch differs between training and validation",
            ),
            Cause("a validation loss that is summed, not averaged", "it grows with the number of examples"),
            Cause("a training loss made smaller by weights", "without class weights it is as high"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"),), "Prepare both sets by one function, then measure again."
        ),
    )


SYMPTOM = Symptom(
    "validation_scaled_otherwise",
    ("accuracy", "val_loss", "val_accuracy"),
    4,
    describe,
    present,
    needs_guessing=True,
    rules_out=frozenset({"healthy", "overfitting", "undertrained", "label_noise"}),
    stands_for="distribution_shift",
)
