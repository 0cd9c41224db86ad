"""The learning rate is too low: the curve falls smoothly, in an almost straight line, and slowly."""

from __future__ import annotations

import math

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.flat_training import creeps, unscaled

_LEAST, _SMOOTH = 6, 8
"""Points of the loss, and fall in units of its noise, from which a fall can be called straight."""
_HARDLY = -0.0022
"""log10 of a fall of half a percent, less than which is hardly one."""
_LEARNED = 0.3
"""Training accuracy above guessing that no rate reaches which is too low."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether an unfinished run fell in a straight line, or the rate is so low that nothing moved."""
    rate = case.context.learning_rate
    frozen = rate is not None and rate < 1e-7 and not {"healthy", "diverged"} & set(labels)
    straight = 0.3 < case["loss_first_half_share"] < 0.65 and case["loss_fall_in_noise"] > _SMOOTH
    slow = case["loss_fall"] > -0.2 and not case["accuracy_above_guess"] > _LEARNED
    creeping = "flat_training" in labels and creeps(case) and not unscaled(case)
    return frozen or creeping or ("undertrained" in labels and case.points("loss") >= _LEAST and straight and slow)


def describe(case: Case) -> Finding:
    """Say how little of the way was made."""
    rate = case.context.learning_rate
    hardly = creeps(case) and case["loss_fall"] > _HARDLY
    fell = 100 * 10 ** case["loss_fall"] if math.isfinite(case["loss_fall"]) else 100.0
    return Finding(
        symptom="learning_rate_too_low",
        severity="warning",
        summary=_fell(fell, hardly)
        + "the learning rate"
        + (f" of {rate:.2g}" if rate is not None else "")
        + " is most likely too low.",
        evidence=case.fact("learning_rate")
        + case.ratios(end_over_start="loss_fall")
        + case.measured("loss_first_half_share"),
        causes=(
            Cause("steps too small", "a hundred times the rate makes the loss move")
            if hardly
            else Cause("steps too small", "ten times the rate falls faster and stays smooth"),
            Cause("vanishing gradients", "a higher rate changes nothing"),
        ),
        remedy=Remedy((Change("learning_rate", "multiply", 100.0),), "Try a hundred times the learning rate.")
        if hardly
        else Remedy((Change("learning_rate", "multiply", 10.0),), "Try ten times the learning rate."),
    )


def _fell(share: float, hardly: bool) -> str:
    if share < 99.5:
        return f"The loss went to only {share:.0f} % of its start: "
    return "The loss falls in every part of the run, but hardly: " if hardly else "The loss did not fall: "


SYMPTOM = Symptom("learning_rate_too_low", (), 4, describe, present)
