"""A loss computed on probabilities as if they were logits: softmax (or the sigmoid) applied twice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from doctor.case import Case
from doctor.findings import Cause, Evidence, Finding, Remedy
from doctor.statistics.robust import finite, level, part
from doctor.symptoms.base import Symptom

_RIGHT = 0.985
_ABOVE = 0.03
_MOST_CLASSES = 1000


@dataclass(frozen=True)
class Floor:
    """The least loss of a curve whose outputs were squashed twice, and how the squashing is called."""

    curve: str
    least: float
    how: str


def least_of_softmax(classes: int) -> float:
    """Return ln(1 + (K - 1) / e): what a right and sure answer costs if softmax is applied to probabilities.

    The largest logit is then 1 and all others 0, so that the true class gets e / (e + K - 1).
    """
    return math.log(1 + (classes - 1) / math.e)


def least_of_sigmoid(positive: float) -> float:
    """Return what sure and right answers cost if the sigmoid is applied twice; `positive` is the share of ones."""
    return positive * math.log(1 + math.exp(-1)) + (1 - positive) * math.log(2)


def find(case: Case) -> Floor | None:
    """Return the floor at which a loss stands although (nearly) every answer is right, or None."""
    if not case.scale.guessing:
        return None
    for curve, right in (("val_loss", "val_accuracy"), ("loss", "accuracy")):
        loss, accuracy = case.curves.column(curve), case.curves.column(right)
        if loss is None or accuracy is None or level(part(accuracy, 0.8, 1.0, least=3)) < _RIGHT:
            continue
        late, lowest = level(part(loss, 0.8, 1.0, least=3)), float(finite(loss).min(initial=math.inf))
        for least, how in _floors(case):
            # Confidence in wrong answers may pass this level too, but comes from below.
            if least * 0.999 <= lowest and late <= least * (1 + _ABOVE):
                return Floor(curve, least, how)
    return None


def _floors(case: Case) -> list[tuple[float, str]]:
    classes = case.scale.classes or 2
    told = [classes] if case.scale.told else range(_MOST_CLASSES, 1, -1)  # the nearest floor below comes first
    counts = case.context.class_counts_train or case.context.class_counts_val
    share = counts[1] / sum(counts) if counts and len(counts) == 2 and sum(counts) else 0.5
    floors = [(least_of_softmax(number), f"softmax applied twice ({number} classes)") for number in told]
    return [(least_of_sigmoid(share), "the sigmoid applied twice"), *floors] if classes == 2 else floors


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether a loss stands at such a floor."""
    return find(case) is not None


def describe(case: Case) -> Finding:
    """Quote the level and the floor."""
    floor = find(case) or Floor("val_loss", least_of_softmax(2), "softmax applied twice (2 classes)")
    part_ = "Validation" if floor.curve == "val_loss" else "Training"
    right = case.final("val_accuracy" if floor.curve == "val_loss" else "accuracy")
    return Finding(
        symptom="loss_of_probabilities",
        severity="warning",
        summary=f"{part_} loss stands just above {floor.least:.4f} although nearly every answer is right: that is the "
        f"least that {floor.how} can cost. The loss is computed on probabilities, not on logits.",
        evidence=(
            *case.final(floor.curve),
            *case.extreme(floor.curve, "least"),
            *right,
            Evidence("least_loss_if_squashed_twice", floor.least),
        ),
        causes=(
            Cause("probabilities go into a loss that expects logits", "the model's outputs lie between 0 and 1"),
            Cause("the output is squashed in evaluation only", "training loss falls below this level"),
        ),
        remedy=Remedy((), "Give the loss the logits, or tell it that it gets probabilities (from_logits=False)."),
    )


SYMPTOM = Symptom(
    "loss_of_probabilities",
    (),
    4,
    describe,
    present,
    needs_guessing=True,
    rules_out=frozenset({"healthy", "underfitting", "undertrained", "overfitting"}),
)
