"""Loss and accuracy that cannot both be true of one model."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

_SHARE = 0.8
"""Share of the least possible loss below which rounding does not explain it."""
_MARGIN = 0.03
_OFTEN = 0.5
_STILL, _FELL = 1e-6, -0.1
"""Range of an accuracy that never changes, and log10 of a fall of the loss (a fifth) that it should have followed."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether a loss contradicts its accuracy."""
    return "validation_not_measured" not in labels and contradicts(case)


def contradicts(case: Case) -> bool:
    """Tell whether a loss lies below what its accuracy must cost, in half of the epochs at least."""
    return case.scale.guessing and any(np.mean(rows) >= _OFTEN for _, rows in _below(case) if len(rows))


def _below(case: Case) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Return, for training and validation, in which epochs the loss is below the least that its accuracy allows.

    A wrong answer gives its true class at most one half, so it costs at least ln 2, whatever the number of classes.
    """
    found = []
    for prefix in ("", "val_"):
        loss, right = case.curves.column(f"{prefix}loss"), case.curves.column(f"{prefix}accuracy")
        if loss is not None and right is not None:
            known = np.isfinite(loss) & np.isfinite(right)
            least = (1 - np.clip(right[known], 0, 1)) * math.log(2)
            found.append((prefix, (loss[known] < _SHARE * least) & (least - loss[known] > _MARGIN)))
    return found


def describe(case: Case) -> Finding:
    """Quote both, and the least that the loss could be."""
    prefix = next((p for p, rows in _below(case) if len(rows) and np.mean(rows) >= _OFTEN), "")
    loss, accuracy = case.final(f"{prefix}loss"), case.final(f"{prefix}accuracy")
    least = (1 - accuracy[0].value) * math.log(2) if accuracy and accuracy[0].value is not None else math.nan
    part = "Validation" if prefix else "Training"
    return Finding(
        symptom="loss_contradicts_accuracy",
        severity="warning",
        summary=f"{part} loss and accuracy contradict each other: a wrong answer costs at least ln 2 = 0.69 of "
        "cross-entropy, and with this accuracy the loss could not be so low.",
        evidence=(*loss, *accuracy, Evidence("least_loss_at_this_accuracy", least)),
        causes=(
            *_stands(case, prefix),
            Cause("the loss is no cross-entropy, or is weighted", "squared error, focal loss and weights cost less"),
            Cause(
                "binary cross-entropy, averaged over the classes", "with K classes it begins near the entropy of 1/K"
            ),
            Cause("accuracy is computed wrongly", "counting right answers by hand gives another accuracy"),
            Cause("targets of another form than the metric expects", "accuracy of one-hot and of whole numbers differ"),
            Cause("loss and accuracy are of different examples or epochs", "evaluating once gives both anew"),
        ),
        remedy=Remedy((), "Count the right answers by hand on a few examples and compare; trust neither until then."),
    )


def _stands(case: Case, prefix: str) -> tuple[Cause, ...]:
    """Name what leaves an accuracy the same in every epoch while the loss falls."""
    right = case.curves.column(f"{prefix}accuracy")
    if right is None or not float(np.ptp(right[np.isfinite(right)])) < _STILL or not case["loss_fall"] < _FELL:
        return ()
    return (
        Cause(
            "accuracy of something that never changes: the largest of one output column, or labels of another type or "
            "shape than the answers",
            "it is the same number in every epoch, whatever the model learns",
        ),
    )


SYMPTOM = Symptom("loss_contradicts_accuracy", (), 2, describe, present, needs_guessing=True)
