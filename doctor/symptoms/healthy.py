"""Training did what it should."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Finding, Remedy
from doctor.symptoms.base import Symptom


def describe(case: Case) -> Finding:
    """Say that nothing is wrong, and by which numbers."""
    seen = "and validation follows it" if case.has("val_loss") else "as far as training curves alone can tell"
    return Finding(
        symptom="healthy",
        severity="info",
        summary=f"Training did what it should: the loss fell, {seen}.",
        evidence=case.final("loss") + case.final("val_loss") + case.final("val_accuracy"),
        causes=(),
        remedy=Remedy((), "Nothing needs mending. Judge the model on images that played no part in training."),
    )


SYMPTOM = Symptom("healthy", needs=(), least_epochs=4, describe=describe)
