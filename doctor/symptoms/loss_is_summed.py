"""The loss is a sum over examples or batches and not their mean."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether the loss is one and the same multiple of what its accuracy costs, in every epoch."""
    return case.scale.times > 1


def describe(case: Case) -> Finding:
    """Quote how many times the mean it is."""
    times = float(f"{case.scale.times:.1g}")
    return Finding(
        symptom="loss_is_summed",
        severity="info",
        summary=f"The training loss is about {times:g} times what answers that are right so often cost, in every "
        "epoch: it seems to be a sum over batches or examples, and is judged in that unit.",
        evidence=(*case.final("loss"), *case.final("accuracy"), Evidence("times_the_mean", case.scale.times)),
        causes=(
            Cause(
                "the losses of the batches are added up and not divided", "divided by their number, it begins near ln K"
            ),
            Cause("a loss with reduction='sum'", "it grows with the batch size"),
        ),
        remedy=Remedy(
            (), "Divide by the number of batches (or examples), so that losses of other runs can be compared."
        ),
    )


SYMPTOM = Symptom("loss_is_summed", ("accuracy",), 4, describe, present, needs_guessing=True)
