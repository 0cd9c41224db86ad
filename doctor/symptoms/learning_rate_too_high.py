"""The learning rate is too high: a cause behind swings, explosions and killed units."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.oscillating import low_rate


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether swings or an explosion reach validation too, or a high rate ended in a flat curve."""
    moved = not case["val_loss_range"] < -4
    if case.curves.non_finite[:1] == (int(case.curves.epochs[0]),):
        return False  # what is broken from the first step on is the input, most often
    if "diverged" in labels or "oscillating" in labels:
        return moved and not low_rate(case)
    return "flat_training" in labels and moved and (case.context.learning_rate or 0.0) >= 0.02


def describe(case: Case) -> Finding:
    """Name the rate, where it is known."""
    rate = case.context.learning_rate
    return Finding(
        symptom="learning_rate_too_high",
        severity="warning",
        summary="The learning rate" + (f" of {rate:.2g}" if rate else "") + " is most likely too high.",
        evidence=case.fact("learning_rate")
        + case.ratios(largest_rise_over_guessing="loss_largest_rise", swing_over_level="loss_late_spread_over_level"),
        causes=(
            Cause("steps overshoot the minimum", "a tenth of the rate gives a smooth fall"),
            Cause("inputs not scaled", "with inputs in 0 to 1 the same rate is fine"),
        ),
        remedy=Remedy((Change("learning_rate", "multiply", 0.1),), "Try a tenth of the learning rate."),
    )


SYMPTOM = Symptom("learning_rate_too_high", (), 3, describe, present)
