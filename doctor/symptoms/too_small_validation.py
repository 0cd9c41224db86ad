"""Ten validation examples or fewer cannot carry a conclusion."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

LARGEST = 10
"""Validation examples up to which the figures are only a hint."""


def describe(case: Case) -> Finding:
    """Say in what steps accuracy moves, and how wide its 95 % range is at best."""
    examples = max(case.context.n_val or 1, 1)
    return Finding(
        symptom="too_small_validation",
        severity="info",
        summary=f"With {examples} validation example(s), accuracy moves in steps of {1 / examples:.2g}; "
        "jumps of that size mean nothing, and no validation figure can carry a conclusion.",
        evidence=(
            Evidence("n_val", float(examples)),
            Evidence("accuracy_step", 1 / examples),
            # With no error among n examples, up to 3/n may still be wrong (the rule of three, Hanley 1983).
            Evidence("error_not_excluded_when_all_are_right", min(1.0, 3 / examples)),
        ),
        causes=(Cause("too few validation examples", "the figures differ from split to split"),),
        remedy=Remedy(
            (Change("validation", "set", "cross_validation"),),
            "Use cross-validation, so that every example is once a validation example.",
        ),
    )


SYMPTOM = Symptom("too_small_validation", needs=("n_val",), least_epochs=1, describe=describe)
