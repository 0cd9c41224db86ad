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
_MOSTLY_RIGHT, _CLOSE = 0.8, 0.06
"""Accuracy from which some wrong answers are taken into account, and how far above its cost (in nats) a loss may be."""


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
    read = range(round(1.25 * classes), math.ceil(0.8 * classes) - 1, -1)  # the nearest floor below comes first
    told = [classes] if case.scale.told or classes == 2 else read
    counts = case.context.class_counts_train or case.context.class_counts_val
    share = counts[1] / sum(counts) if counts and len(counts) == 2 and sum(counts) else 0.5
    floors = [(least_of_softmax(number), f"softmax applied twice ({number} classes)") for number in told]
    if classes != 2:
        return floors
    shares = [share] if counts else [0.5, *(number / 100 for number in range(40, 61))]  # the nearest floor below first
    return [*((least_of_sigmoid(ones), "the sigmoid applied twice") for ones in shares), *floors]


def follows(case: Case) -> Floor | None:
    """Return the floor of a loss that is that of softmax applied twice while some answers are wrong still.

    A sure wrong answer then costs just 1 more than a right one, so that loss and accuracy tell of each other, in
    training as in validation. Of two classes a penalty might look like that.
    """
    classes = case.scale.classes or 2
    if not case.scale.told or classes == 2 or not case.has("val_accuracy"):
        return None
    least = least_of_softmax(classes)
    for prefix in ("", "val_"):
        loss, right = case.curves.column(f"{prefix}loss"), case.curves.column(f"{prefix}accuracy")
        if loss is None or right is None:
            return None
        accuracy = level(part(right, 0.8, 1.0, least=3))
        beyond = level(part(loss, 0.8, 1.0, least=3)) - (least + 1 - accuracy)
        if not (accuracy > _MOSTLY_RIGHT and -_CLOSE / 4 < beyond < _CLOSE):
            return None
    return Floor("loss", least, f"softmax applied twice ({classes} classes)")


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether a loss stands at such a floor; where it is known to be of logits, a penalty holds it there."""
    return not case.context.from_logits and (find(case) or follows(case)) is not None


def describe(case: Case) -> Finding:
    """Quote the level and the floor."""
    stands = find(case)
    floor = stands or follows(case) or Floor("val_loss", least_of_softmax(2), "softmax applied twice (2 classes)")
    part_ = "Validation" if floor.curve == "val_loss" else "Training"
    right = case.final("val_accuracy" if floor.curve == "val_loss" else "accuracy")
    return Finding(
        symptom="loss_of_probabilities",
        severity="warning",
        summary=f"{part_} loss stands just above {floor.least:.4f} although nearly every answer is right: that is the "
        f"least that {floor.how} can cost. The loss is computed on probabilities, not on logits."
        if stands
        else f"Both losses are just what {floor.how} costs at their accuracies: {floor.least:.4f} for a right answer "
        "and 1 more for a wrong one. The loss is computed on probabilities, not on logits.",
        evidence=(
            *case.final(floor.curve),
            *case.extreme(floor.curve, "least"),
            *right,
            Evidence("least_loss_if_squashed_twice", floor.least),
        ),
        causes=(
            Cause("probabilities go into a loss that expects logits", "the model's outputs lie between 0 and 1"),
            Cause("label smoothing or a penalty of the same size", "without them the loss falls below this level"),
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
