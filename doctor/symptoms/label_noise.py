"""A sizeable share of the labels is wrong."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

_CLEAN = -0.75
"""log10 of the least validation loss over that of guessing, below which few labels can be wrong."""


def possible(case: Case) -> bool:
    """Tell whether validation loss never came close to nothing, as it cannot where many labels are wrong."""
    return not case["val_loss_least"] < _CLEAN


def describe(case: Case) -> Finding:
    """Quote the level at which both curves stay."""
    return Finding(
        symptom="label_noise",
        severity="warning",
        summary="The model learns something and then stays well short of perfect on both sides, "
        "as it does when many labels are wrong.",
        evidence=case.final("loss")
        + case.final("accuracy")
        + case.final("val_loss")
        + case.final("val_accuracy")
        + case.measured("val_loss_rise"),
        causes=(
            Cause("wrong labels", "among the examples with the highest loss many are mislabelled"),
            Cause("classes that overlap", "people disagree on the same examples too"),
            Cause("a model that is too small", "a larger model fits clean training examples better"),
        ),
        remedy=Remedy(
            (Change("early_stopping", "set", 5), Change("l2", "add", 0.001)),
            "Look through the examples with the highest loss and mend their labels; stop early meanwhile.",
        ),
    )


SYMPTOM = Symptom(
    "label_noise",
    needs=("accuracy", "val_loss"),
    least_epochs=6,
    describe=describe,
    possible=possible,
    needs_guessing=True,
)
