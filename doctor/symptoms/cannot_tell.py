"""The curve cannot tell."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether no check came to a result."""
    return not set(labels) - {"too_small_validation"}


def describe(case: Case) -> Finding:
    """Say how many epochs there are."""
    return Finding(
        symptom="cannot_tell",
        severity="info",
        summary=f"{len(case.curves)} epoch(s) are too few for this curve to tell anything.",
        evidence=(Evidence("epochs", float(len(case.curves))),),
        causes=(Cause("too few epochs", "more epochs show a trend, or none"),),
        remedy=Remedy((Change("epochs", "multiply", 5),), "Train for at least ten epochs, then ask again."),
    )


SYMPTOM = Symptom("cannot_tell", (), 1, describe, present)
