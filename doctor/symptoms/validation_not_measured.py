"""Validation was written down and never measured."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.points import Array
from doctor.symptoms.base import Symptom

OF_VALIDATION = frozenset(
    {"healthy", "overfitting", "constant_validation", "distribution_shift", "label_noise", "imbalance_collapse"}
)
"""Labels that rest on validation, and the one that praises it."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether validation loss is 0 throughout, and accuracy 0 or not there."""
    zeros = "val_loss" in case.curves.not_measured or _nothing(case.curves.val_loss)
    right = case.curves.val_accuracy
    return zeros and not _nothing(case.curves.loss) and (right is None or _nothing(right))


def _nothing(values: Array | None) -> bool:
    return values is not None and len(values) > 0 and bool(np.all(values == 0))


def describe(case: Case) -> Finding:
    """Say why zeros are no measurement."""
    ends = (int(case.curves.epochs[0]), int(case.curves.epochs[-1]))
    return Finding(
        symptom="validation_not_measured",
        severity="critical",
        summary="Validation was not measured: its values are 0 in every epoch. A loss of 0 would mean that every "
        "answer is right and sure, an accuracy of 0 that every answer is wrong.",
        evidence=(Evidence("validation_epochs_that_are_0", float(len(case.curves)), ends), *case.fact("n_val")),
        causes=(
            Cause("an empty validation set or generator", "it yields no batch: its length, or steps, is 0"),
            Cause("validation_steps of 0, or fewer examples than one batch", "a smaller batch makes the zeros go"),
            Cause("the log holds the metric's first value", "evaluating the model by hand gives other numbers"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"),),
            "See that the validation set is not empty and that validation_steps is not 0; nothing is known of new "
            "examples until then.",
        ),
    )


SYMPTOM = Symptom(
    "validation_not_measured", (), 1, describe, present, rules_out=OF_VALIDATION, stands_for="constant_validation"
)
