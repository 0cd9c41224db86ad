"""The loss is not finite, explodes, or stays far above what guessing costs."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.statistics.chance import chance
from doctor.symptoms.base import Symptom

_MARGIN = 0.1
"""log10 of the loss over that of guessing, above which a run that did not end in NaN must end: a quarter more."""


def possible(case: Case) -> bool:
    """Tell whether a loss is not finite, or one of them ends above what guessing costs."""
    ends = (case["loss_last"], case["loss_end"], case["val_loss_last"])
    return bool(case.curves.non_finite) or any(end > _MARGIN for end in ends)


def describe(case: Case) -> Finding:
    """Quote the first epoch that was not finite, or how far above guessing the loss stays."""
    broken = case.curves.non_finite
    evidence = case.final("loss") + case.extreme("loss", "greatest")
    guess = Evidence("loss_of_guessing", chance(case.context).loss)
    first = (Evidence("first_epoch_not_finite", float(broken[0]), broken),) if broken else ()
    what = "became infinite or not a number" if broken else "stays far above what guessing would cost"
    return Finding(
        symptom="diverged",
        severity="critical",
        summary=f"Training went out of control: the loss {what}.",
        evidence=(*first, *evidence, guess),
        causes=(
            Cause("learning rate much too high", "a hundredth of the rate trains normally"),
            Cause("inputs not scaled to a common small range", "pixel values run to 255 in place of 1"),
            Cause("an L2 penalty so large that its step overshoots", "the loss grows by the same factor each epoch"),
            Cause("broken input values", "a NaN or infinity among the inputs spoils the first epoch"),
        ),
        remedy=Remedy(
            (
                Change("learning_rate", "multiply", 0.01),
                Change("gradient_clip", "set", 1.0),
                Change("optimizer", "set", "adam"),
            ),
            "Start again with a far lower learning rate, scaled inputs and clipped gradients.",
        ),
    )


SYMPTOM = Symptom("diverged", needs=(), least_epochs=1, describe=describe, possible=possible)
