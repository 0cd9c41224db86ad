"""Validation has the very numbers of training."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.points import Array
from doctor.symptoms.base import Symptom

_FEWEST = 3


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether both losses (and both accuracies) are the same numbers while they move."""
    same = _same(case.curves.loss, case.curves.val_loss)
    accuracies = (case.curves.accuracy, case.curves.val_accuracy)
    return same and (accuracies[0] is None or accuracies[1] is None or _same(*accuracies))


def _same(train: Array | None, val: Array | None) -> bool:
    if train is None or val is None:
        return False
    both = np.isfinite(train) & np.isfinite(val)
    distinct = len(np.unique(train[both]))
    return distinct >= _FEWEST and bool(np.array_equal(train[both], val[both]))


def describe(case: Case) -> Finding:
    """Say that two sets of examples do not cost the same to the last digit."""
    val = case.curves.val_loss
    epochs = 0 if val is None else int(np.sum(val == case.curves.loss))
    ends = (int(case.curves.epochs[0]), int(case.curves.epochs[-1]))
    return Finding(
        symptom="validation_is_training",
        severity="critical",
        summary="Validation loss equals training loss to the last digit in every epoch: it is the same measurement, "
        "and says nothing of new examples.",
        evidence=(Evidence("epochs_with_equal_losses", float(epochs), ends),),
        causes=(
            Cause("the training examples were given as validation examples", "both sets hold the same files"),
            Cause("one column was written twice", "evaluating the model by hand on both sets gives two numbers"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"),), "Validate on examples that training never sees."
        ),
    )


SYMPTOM = Symptom("validation_is_training", ("val_loss",), _FEWEST, describe, present, rules_out=frozenset({"healthy"}))
