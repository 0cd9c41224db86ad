"""Stopped early, or the rate is too low: more epochs would clearly help."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

_STILL = 0.01
"""Least fall, in units of guessing, that the rest of as long a run would bring if it went on as at the end."""
_NEARLY_RIGHT = -0.6
"""log10 of validation loss over that of guessing, below which (a quarter) little is left to gain."""


def possible(case: Case) -> bool:
    """Tell whether a loss falls at the end by more than its noise, and by an amount that matters.

    Where validation is nearly right already, more epochs would bring little, however much dropout leaves to training.
    """
    if case.scale.guessing and case["val_loss_last"] < _NEARLY_RIGHT:
        return False
    return bool(falling(case))


def falling(case: Case) -> list[str]:
    """Return which losses still fall."""
    return [
        name
        for name in ("loss", "val_loss")
        if case[f"{name}_late_slope"] < -_STILL
        and min(case[f"{name}_late_monotony"], case[f"{name}_end_monotony"]) < -1
    ]


def describe(case: Case) -> Finding:
    """Quote how steeply the loss still falls at the end."""
    which = {"loss": "Training loss", "val_loss": "Validation loss"}.get("".join(falling(case)), "The loss")
    return Finding(
        symptom="undertrained",
        severity="warning",
        summary=f"{which} is still falling in the last epochs: training stopped before it was done.",
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
