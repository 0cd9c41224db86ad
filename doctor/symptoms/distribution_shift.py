"""Good on examples like the training examples, clearly worse on examples like the validation examples."""

from __future__ import annotations

import math

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom

_MUCH_WORSE = 0.6
"""Share of the accuracy of guessing below which validation seems to hold other classes."""
_COSTLY = 0.3
"""log10 of validation loss over that of guessing (twice as much) from which it is far worse than that."""


def possible(case: Case) -> bool:
    """Tell whether something is learned, and validation lies behind by more than drawing other examples explains."""
    doubt = 1 / math.sqrt(case.context.n_val) if case.context.n_val else 0.1
    behind = case["accuracy_gap_z"] > 1 or 1 - 10 ** -case["loss_gap_ratio"] > 1.5 * doubt
    return behind and case["loss_gap"] > 0.02 and case["accuracy_above_guess"] > 0.03


def worse_than_guessing(case: Case) -> bool:
    """Tell whether training learns while validation does much worse than guessing, and than drawing explains."""
    above, deviations = case["val_accuracy_above_guess"], case["val_accuracy_above_guess_z"]
    costly = case["val_loss_last"] > _COSTLY  # of many classes guessing is right so seldom that only the loss tells
    worse = deviations < -2 if math.isfinite(deviations) else above < -0.1
    worse = worse or ((case.scale.classes or 2) > 2 and above < 0 and costly)
    much = case["val_accuracy_last"] < _MUCH_WORSE * case.scale.guess.val_accuracy
    return bool(worse and much and not case["accuracy_above_guess"] < 0.25)


def unshuffled(case: Case) -> tuple[Cause, ...]:
    """Name an unshuffled split where validation does worse than guessing, or has other class shares than training."""
    if not (worse_than_guessing(case) or _other_shares(case)):
        return ()
    return (
        Cause(
            "an unshuffled split: the rows were sorted by class, and validation took the last of them",
            "the classes of the validation examples, counted, are not those of the training examples",
        ),
    )


def _other_shares(case: Case) -> bool:
    """Tell whether class shares differ by more than a fifth, and than drawing so many examples makes them differ."""
    train, val = case.context.class_counts_train, case.context.class_counts_val
    if not (train and val and len(train) == len(val) and sum(train) and sum(val)):
        return False
    distance = sum(abs(a / sum(train) - b / sum(val)) for a, b in zip(train, val, strict=True)) / 2
    drawn = sum(math.sqrt(len(train) / (2 * math.pi * sum(counts))) for counts in (train, val))
    return distance > max(0.2, 0.1 + 1.3 * drawn)


def describe(case: Case) -> Finding:
    """Quote the gap and how early it was there."""
    early = case["early_accuracy_gap"] > 0.02
    return Finding(
        symptom="distribution_shift",
        severity="critical",
        summary=(
            "Validation was behind from the start, before the model could memorise: "
            if early
            else "Validation is behind: "
        )
        + "the validation examples seem to be of another kind than the training examples.",
        evidence=case.final("accuracy")
        + case.final("val_accuracy")
        + case.measured("early_accuracy_gap", "accuracy_gap", "val_accuracy_when_fitted"),
        causes=(
            *unshuffled(case),
            Cause(
                "training and validation examples come from different sources",
                "a held-out part of the training examples does well where the validation examples do not",
            ),
            Cause("examples are prepared differently for training and validation", "the same file gives other pixels"),
            Cause("overfitting", "held-out training examples do as badly as the validation examples"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"), Change("augment", "set", True)),
            "Mix both sources, split at random within each class, and prepare examples by one function.",
        ),
    )


SYMPTOM = Symptom(
    "distribution_shift",
    needs=("accuracy", "val_loss", "val_accuracy"),
    least_epochs=4,
    describe=describe,
    possible=possible,
    needs_guessing=True,
)
