"""Probabilities claim more certainty than the accuracy bears out."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.penalty import penalised

_ILL = {"diverged", "flat_training", "constant_validation", "validation_not_measured", "loss_of_probabilities"} | {
    "inference_differs",
    "unlearned",
}


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether mean confidence exceeds accuracy, or validation loss exceeds what its accuracy need cost."""
    if _ILL & set(labels) or not case["val_accuracy_above_guess"] > 0.05 or not case["val_accuracy_last"] < 1:
        return False  # where every answer is right there is none to be wrongly sure of
    probabilities = case.context.validation_probabilities
    if probabilities:
        confidence = float(np.maximum(probabilities, 1 - np.asarray(probabilities)).mean())
        doubt = 2 * np.sqrt(0.25 / len(probabilities))
        return bool(confidence - case["val_accuracy_last"] > max(0.05, doubt / 2))
    enough = (case.context.n_val or 0) > 10
    return enough and case["val_loss_beyond_accuracy"] > 0.35 and not penalised(case)


def describe(case: Case) -> Finding:
    """Quote loss against accuracy."""
    return Finding(
        symptom="overconfident",
        severity="info",
        summary="The probabilities are surer than the accuracy bears out: the wrong answers are given with confidence.",
        evidence=case.final("val_loss") + case.final("val_accuracy") + case.measured("val_loss_beyond_accuracy"),
        causes=(
            Cause("trained on after the training examples were all right", "early stopping lowers validation loss"),
            Cause("examples unlike the training examples", "the surest wrong answers look unusual"),
        ),
        remedy=Remedy(
            (Change("early_stopping", "set", 5),),
            "Calibrate (temperature scaling; Guo et al., ICML 2017) on held-out examples, and stop earlier.",
        ),
    )


SYMPTOM = Symptom("overconfident", ("val_loss", "val_accuracy"), 4, describe, present)
