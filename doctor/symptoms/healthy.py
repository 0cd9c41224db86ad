"""Training did what it should."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Finding, Remedy
from doctor.symptoms.base import Symptom


def possible(case: Case) -> bool:
    """Tell whether the loss is finite and ends below guessing, or at least the answers beat guessing."""
    learned = case["loss_last"] < -0.04 or case["accuracy_above_guess"] > 0.03
    return learned and not case.curves.non_finite and not case["loss_last"] > 0.2


def describe(case: Case) -> Finding:
    """Say that nothing is wrong, and by which numbers."""
    seen = "and validation follows it" if case.has("val_loss") else "as far as training curves alone can tell"
    return Finding(
        symptom="healthy",
        severity="info",
        summary=f"Training did what it should: the loss fell, {seen}.",
        evidence=case.final("loss") + case.final("val_loss") + case.final("val_accuracy"),
        causes=(),
        remedy=Remedy((), "Nothing needs mending. Judge the model on examples that played no part in training."),
    )


SYMPTOM = Symptom("healthy", needs=(), least_epochs=4, describe=describe, possible=possible)
