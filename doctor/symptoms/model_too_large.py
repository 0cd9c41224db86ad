"""Far more weights than the examples can determine."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

WEIGHTS_PER_IMAGE = 10
"""Weights for one training example from which an overfitting model is called too large."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether an overfitting model has many weights for each example."""
    examples, weights = case.context.n_train or 1, case.context.parameters or 0
    return "overfitting" in labels and weights > WEIGHTS_PER_IMAGE * examples


def describe(case: Case) -> Finding:
    """Quote weights and examples."""
    examples, weights = case.context.n_train or 1, case.context.parameters or 0
    return Finding(
        symptom="model_too_large",
        severity="warning",
        summary=f"{weights:,} weights for {examples:,} training examples: the model can learn each example by heart.",
        evidence=case.fact("parameters", "n_train"),
        causes=(Cause("too many trainable weights", "a quarter of the units validates as well or better"),),
        remedy=Remedy(
            (Change("hidden_units", "multiply", 0.25), Change("strategy", "set", "pretrained")),
            "Use fewer units, or a small head on frozen pretrained features.",
        ),
    )


SYMPTOM = Symptom("model_too_large", ("n_train", "parameters"), 4, describe, present)
