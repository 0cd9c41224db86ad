"""The network answers otherwise in inference than in training: batch normalisation, most often."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.statistics.robust import finite, level, part, spread
from doctor.symptoms.base import Symptom

_AT_CHANCE = 0.75
"""Share of epochs in which validation answers no better than guessing."""
_NO_BETTER = 0.08
_WILD = 0.15


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether training is nearly right while validation stays at chance, at a high and restless loss."""
    train, val, loss = case.curves.accuracy, case.curves.val_accuracy, case.curves.val_loss
    if train is None or val is None or loss is None or not case.scale.guessing:
        return False
    learned = case["accuracy_last"] > case.scale.guess.accuracy + 0.25 and case["loss_last"] < -0.2
    late = part(val, 0.2, 1.0, least=4)
    at_chance = len(late) > 0 and np.mean(late < case.scale.guess.val_accuracy + _NO_BETTER) >= _AT_CHANCE
    costly = case["val_loss_last"] > 0.15
    return bool(learned and at_chance and costly and spread(finite(loss)) > _WILD * level(finite(loss)))


def describe(case: Case) -> Finding:
    """Quote both sides, and name the normalisation first."""
    small = (case.context.batch_size or 32) <= 8
    tiny = Cause("statistics of batches of very few examples", "larger batches calm validation")
    moving = Cause(
        "batch normalisation whose moving averages lag behind (momentum 0.99, few steps), or whose frozen layers still "
        "normalise by the batch",
        "the training examples evaluated in inference mode do as badly as the validation examples",
    )
    return Finding(
        symptom="inference_differs",
        severity="critical",
        summary="Training is nearly right while validation stays at chance with a loss that is high and jumps: "
        "the network seems to answer otherwise in inference than in training.",
        evidence=case.final("accuracy")
        + case.final("val_accuracy")
        + case.final("loss")
        + case.final("val_loss")
        + case.extreme("val_loss", "greatest"),
        causes=(
            *((tiny, moving) if small else (moving, tiny)),
            Cause("examples are prepared differently for validation", "the same file gives other inputs in both"),
            Cause("an unshuffled split: validation holds other classes", "count the classes on both sides"),
        ),
        remedy=Remedy(
            (Change("batch_size", "multiply", 4), Change("strategy", "set", "pretrained")),
            "Evaluate the training examples in inference mode first. If they do badly too, keep frozen normalisation "
            "in inference mode (training=False), lower its momentum to 0.9, or use larger batches.",
        ),
    )


SYMPTOM = Symptom(
    "inference_differs",
    ("accuracy", "val_loss", "val_accuracy"),
    4,
    describe,
    present,
    needs_guessing=True,
    rules_out=frozenset({"healthy", "distribution_shift", "overfitting", "label_noise", "constant_validation"}),
    stands_for="overfitting",
)
