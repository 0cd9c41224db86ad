"""The curve cannot tell."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

_ENOUGH = 5


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether no check came to a result."""
    return not set(labels) - {"too_small_validation"}


def describe(case: Case) -> Finding:
    """Say how many epochs there are."""
    epochs = len(case.curves)
    return Finding(
        symptom="cannot_tell",
        severity="info",
        summary=f"{epochs} epoch(s) are too few for this curve to tell anything."
        if epochs < _ENOUGH
        else "The curve fits none of the pictures that have a name.",
        evidence=(Evidence("epochs", float(epochs)),),
        causes=(Cause("too few epochs", "more epochs show a trend, or none"),),
        remedy=Remedy((Change("epochs", "multiply", 5),), "Train for at least ten epochs, then ask again."),
    )


SYMPTOM = Symptom("cannot_tell", (), 1, describe, present)
