"""Validation that holds one class: all wrong in one epoch and all right in another."""

from __future__ import annotations

import math

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

_WRONG, _LEARNING = 0.1, 0.55
"""Validation accuracy that is nearly all wrong, and training accuracy in the same epoch that is better than a coin."""
_MORE = 1.2
"""First training loss from which there are more than two classes, unless it is told that there are two (1.7 ln 2)."""
_FEWEST = 12
"""Validation examples below which a coin may do so badly."""


def row(case: Case) -> int | None:
    """Return the first epoch's row in which two classes are told apart in training and all but none in validation."""
    train, val = case.curves.accuracy, case.curves.val_accuracy
    counts = case.context.class_counts_val
    first = case.curves.loss[np.isfinite(case.curves.loss)][:1]
    if not case.scale.told and len(first) and first[0] > _MORE:
        return None
    if train is None or val is None or case.scale.classes != 2 or (case.context.n_val or _FEWEST) < _FEWEST:
        return None
    if counts is not None and min(counts) > 0:
        return None
    found = np.flatnonzero((val <= _WRONG) & (train >= _LEARNING))
    return int(found[0]) if len(found) else None


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether there is such an epoch."""
    return row(case) is not None


def describe(case: Case) -> Finding:
    """Quote that epoch."""
    at = row(case) or 0
    epoch = int(case.curves.epochs[at])
    pairs = (("accuracy", case.curves.accuracy), ("val_accuracy", case.curves.val_accuracy))
    values = {name: math.nan if column is None else float(column[at]) for name, column in pairs}
    return Finding(
        symptom="unshuffled_split",
        severity="critical",
        summary=f"In epoch {epoch} training does better than a coin (accuracy {values['accuracy']:.3g}) and validation "
        f"is nearly all wrong ({values['val_accuracy']:.3g}), as where it holds (nearly) one class only.",
        evidence=tuple(Evidence(f"{name}_in_that_epoch", value, (epoch,)) for name, value in values.items()),
        causes=(
            Cause(
                "an unshuffled split: the rows were sorted by class, and validation took the last of them",
                "the validation labels, counted, are of one class",
            ),
            Cause("very unequal classes", "the common class's share is that high in training too"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"),),
            "Shuffle before the split, or split within each class; validation says nothing until then.",
        ),
    )


SYMPTOM = Symptom(
    "unshuffled_split",
    ("accuracy", "val_accuracy"),
    3,
    describe,
    present,
    needs_guessing=True,
    rules_out=frozenset({"healthy"}),
    stands_for="distribution_shift",
)
