"""A sizeable share of the labels is wrong."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.distribution_shift import unshuffled

_CLEAN = -0.75
"""log10 of the least validation loss over that of guessing, below which few labels can be wrong."""

_LEARNED = 0.05
"""Training accuracy above guessing from which something was learned."""


def possible(case: Case) -> bool:
    """Tell whether something was learned and validation loss never came close to nothing.

    Where many labels are wrong it cannot; where nothing is learned, their labels are not to blame; and validation on
    examples of other classes than training's says nothing of them.
    """
    learned = not case["accuracy_above_guess"] < _LEARNED
    return learned and not case["val_loss_least"] < _CLEAN and not unshuffled(case)


def describe(case: Case) -> Finding:
    """Quote the level at which both curves stay."""
    fitted = case["loss_last"] < -0.7 or case["accuracy_last"] > 0.95
    where = "stays well short of perfect in validation" if fitted else "stays well short of perfect on both sides"
    return Finding(
        symptom="label_noise",
        severity="warning",
        summary=f"The model learns something and then {where}, as it does when many labels are wrong.",
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
