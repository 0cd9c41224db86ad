"""Validation looks better than training: usually harmless."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Finding, Remedy
from doctor.symptoms.base import Symptom

_ILL = {"diverged", "flat_training", "constant_validation", "oscillating", "validation_not_measured"} | {
    "unlearned",
    "one_class_answered",
}


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether a run that works ends with the lower loss on validation."""
    return not _ILL & set(labels) and case["loss_gap"] < -0.03 and case["loss_gap_ratio"] < -0.08


def describe(case: Case) -> Finding:
    """Explain why this is to be expected."""
    as_many = case.context.n_val is not None and case.context.n_val == case.context.n_train
    same = Cause("validation on the training examples: there are as many of them", "both sets hold the same files")
    return Finding(
        symptom="validation_better_than_training",
        severity="info",
        summary="Validation loss lies below training loss, and there are as many examples of both: unless they are "
        "other ones, this says nothing of new examples."
        if as_many
        else "Validation loss lies below training loss. That is usually harmless: training is measured with "
        "dropout and augmentation on, and while the weights still improve within the epoch.",
        evidence=case.final("loss") + case.final("val_loss"),
        causes=(
            *((same,) if as_many else ()),
            Cause("dropout or augmentation in training only", "training examples evaluated without them do as well"),
            Cause("training loss is a mean over the epoch", "the gap shrinks as the curve flattens"),
            Cause("an easier or overlapping validation set", "cross-validation gives a lower accuracy"),
        ),
        remedy=Remedy((), "Nothing to mend; check that no example is in both sets."),
    )


SYMPTOM = Symptom("validation_better_than_training", ("val_loss",), 4, describe, present)
