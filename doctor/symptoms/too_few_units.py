"""Too few units for the problem."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.penalty import penalised


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether an underfitting model is small and no penalty holds it back."""
    few = (case.context.parameters or 0) < (case.context.n_train or 100)
    return "underfitting" in labels and few and not penalised(case)


def describe(case: Case) -> Finding:
    """Quote the number of weights."""
    return Finding(
        symptom="too_few_units",
        severity="warning",
        summary=f"With {case.context.parameters or 0:,} weights the model is too small to fit its training examples.",
        evidence=case.fact("parameters", "n_train"),
        causes=(Cause("too few hidden units", "four times the units reach a lower training loss"),),
        remedy=Remedy((Change("hidden_units", "multiply", 4),), "Give the hidden layer four times the units."),
    )


SYMPTOM = Symptom("too_few_units", ("parameters",), 5, describe, present)
