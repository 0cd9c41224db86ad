"""Nearly perfect at once: an easy problem, a leak, or a shortcut."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

_STEPS = 12
"""Gradient steps within which no model should master a real problem from scratch."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether every validation example was right within the first few steps."""
    val = case.curves.val_accuracy
    if val is None or (case.context.n_val or 0) < 20 or case["val_accuracy_above_guess"] < 0.2:
        return False
    right = np.flatnonzero(val >= 1 - 0.5 / (case.context.n_val or 20))
    return len(right) > 0 and (_steps_an_epoch(case) * (int(right[0]) + 1) <= _STEPS or right[0] == 0)


def describe(case: Case) -> Finding:
    """Name the epoch at which validation was perfect."""
    val = case.curves.val_accuracy
    row = int(np.argmax(val >= 1 - 0.5 / (case.context.n_val or 20))) if val is not None else 0
    epoch = int(case.curves.epochs[row])
    return Finding(
        symptom="too_good_too_soon",
        severity="info",
        summary=f"Every validation example is right after epoch {epoch}: an easy problem, or a leak or shortcut.",
        evidence=(Evidence("first_perfect_epoch", float(epoch), (epoch,)), *case.fact("n_val")),
        causes=(
            Cause("the classes are easy to tell apart", "fresh examples from another source do as well"),
            Cause("the same examples in training and validation", "near-duplicates are found across the split"),
            Cause("a shortcut, such as brightness or size, gives the label away", "that number alone predicts it"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "cross_validation"),),
            "Look for duplicates across the split and for a shortcut before believing it.",
        ),
    )


def _steps_an_epoch(case: Case) -> float:
    examples, batch = case.context.n_train, case.context.batch_size
    return examples / batch if examples and batch else float("inf")


SYMPTOM = Symptom("too_good_too_soon", ("val_accuracy", "n_val"), 2, describe, present)
