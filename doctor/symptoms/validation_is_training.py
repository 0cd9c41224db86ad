"""Validation has the very numbers of training, or those that the training examples have at the end of each epoch."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.points import Array
from doctor.symptoms.base import Symptom

_FEWEST = 3
_FOLLOWED = 0.9
"""Share of epochs in which validation loss lies between the training losses before and after it."""
_WITHIN = 0.02
"""How far outside of them it may lie, relative to its level."""
_FELL = 0.5
"""Share of its first value to which the loss must have fallen for that to mean something."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether validation has the numbers of training, or is as large and follows it to within a few percent."""
    return equal(case) or followed(case)


def equal(case: Case) -> bool:
    """Tell whether both losses (and both accuracies) are the same numbers while they move."""
    same = not case.curves.non_finite and _same(case.curves.loss, case.curves.val_loss)
    accuracies = (case.curves.accuracy, case.curves.val_accuracy)
    return same and (accuracies[0] is None or accuracies[1] is None or _same(*accuracies))


def followed(case: Case) -> bool:
    """Tell whether validation has as many examples as training, and the loss that these have after each epoch.

    Training loss is a mean over an epoch; the same examples evaluated at its end cost what lies between that mean and
    the next. Other examples cost as much only by chance, and not in every epoch.
    """
    context, loss, val = case.context, case.curves.loss, case.curves.val_loss
    if val is None or context.n_val is None or context.n_val != context.n_train or len(loss) < 8:
        return False
    low, high = np.minimum(loss[:-1], loss[1:]), np.maximum(loss[:-1], loss[1:])
    inside = (val[:-1] > low * (1 - _WITHIN)) & (val[:-1] < high * (1 + _WITHIN))
    return bool(np.mean(inside) >= _FOLLOWED and loss[-1] < _FELL * loss[0])


def _same(train: Array | None, val: Array | None) -> bool:
    if train is None or val is None:
        return False
    both = np.isfinite(train) & np.isfinite(val)
    distinct = len(np.unique(train[both]))
    return distinct >= _FEWEST and bool(np.array_equal(train[both], val[both]))


def describe(case: Case) -> Finding:
    """Say that two sets of examples do not cost the same to the last digit, or in every epoch."""
    val = case.curves.val_loss
    epochs = 0 if val is None else int(np.sum(val == case.curves.loss))
    ends = (int(case.curves.epochs[0]), int(case.curves.epochs[-1]))
    same = equal(case)
    return Finding(
        symptom="validation_is_training",
        severity="critical",
        summary="Validation loss equals training loss to the last digit in every epoch: it is the same measurement, "
        "and says nothing of new examples."
        if same
        else "Validation has as many examples as training, and nearly every epoch's loss lies between the training "
        "losses around it, as that of the training examples does: it seems to be measured on them.",
        evidence=(Evidence("epochs_with_equal_losses", float(epochs), ends),)
        if same
        else (*case.fact("n_train", "n_val"), *case.final("loss"), *case.final("val_loss")),
        causes=(
            Cause("the training examples were given as validation examples", "both sets hold the same files"),
            Cause("one column was written twice", "evaluating the model by hand on both sets gives two numbers"),
        ),
        remedy=Remedy(
            (Change("validation", "set", "stratified_split"),), "Validate on examples that training never sees."
        ),
    )


SYMPTOM = Symptom("validation_is_training", ("val_loss",), _FEWEST, describe, present, rules_out=frozenset({"healthy"}))
