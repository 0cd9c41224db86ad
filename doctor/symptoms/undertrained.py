"""Stopped early, or the rate is too low: more epochs would clearly help."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

_STILL = 0.01
"""Least fall, in units of guessing, that the rest of as long a run would bring if it went on as at the end."""


def possible(case: Case) -> bool:
    """Tell whether a loss falls at the end by more than its noise, and by an amount that matters."""
    return any(
        case[f"{name}_late_slope"] < -_STILL and min(case[f"{name}_late_monotony"], case[f"{name}_end_monotony"]) < -1
        for name in ("loss", "val_loss")
    )


def describe(case: Case) -> Finding:
    """Quote how steeply the loss still falls at the end."""
    return Finding(
        symptom="undertrained",
        severity="warning",
        summary="The loss is still falling steadily at the last epoch: training stopped before it was done.",
        evidence=case.final("loss")
        + case.final("val_loss")
        + case.measured("loss_end_slope_over_level", "loss_end_monotony", "loss_first_half_share"),
        causes=(
            Cause("learning rate too low", "ten times the rate falls faster and stays smooth"),
            Cause("too few epochs", "the same rate with three times the epochs goes on falling"),
        ),
        remedy=Remedy(
            (Change("epochs", "multiply", 3), Change("learning_rate", "multiply", 3.0)),
            "Train longer, with a higher learning rate, and let early stopping find the end.",
        ),
    )


SYMPTOM = Symptom("undertrained", needs=(), least_epochs=4, describe=describe, possible=possible)
