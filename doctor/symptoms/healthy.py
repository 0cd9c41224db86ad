"""Training did what it should."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Finding, Remedy
from doctor.statistics.robust import finite
from doctor.symptoms.base import Symptom
from doctor.symptoms.loss_contradicts_accuracy import contradicts

_AT_CHANCE = 0.1
"""Training accuracy above guessing below which a model is at chance."""
_BEATS = {"accuracy": 0.03, "val_accuracy": 0.1}
"""Accuracy above guessing from which the answers beat it; validation has fewer examples."""
_MOVED = 0.02
"""log10 of a fall that is worth the word: 5 %."""
_ROSE, _LOW = 0.3, -2.0
"""log10 of a rise of the training loss (twofold) that is no success, unless it began at nothing (a hundredth)."""
_FEW, _STEEP, _LEFT = 5, 0.08, 0.3
"""Epochs below which a run is short, and the fall of the last one and the loss, in units of guessing, that show it."""
_NO_FAULT = "and validation shows no fault"


def possible(case: Case) -> bool:
    """Tell whether the loss is finite and ends below guessing, or at least the answers beat guessing.

    Where training accuracy is not written, that of validation stands for it.
    """
    answers = "accuracy" if case.has("accuracy") else "val_accuracy"
    learned = case["loss_last"] < -0.04 or case[f"{answers}_above_guess"] > _BEATS[answers]
    high = case["loss_last"] > 0.2 and not case["accuracy_above_guess"] > 0.25  # a penalty may lift the loss
    at_chance = case["accuracy_above_guess"] < _AT_CHANCE and contradicts(
        case
    )  # a low loss that is none of the answers
    rose = case["loss_last"] - case["loss_first"] > _ROSE and case["loss_first"] > _LOW
    return (
        learned
        and not _nothing(case)
        and not _just_begun(case)
        and not case.curves.non_finite
        and not high
        and not at_chance
        and not rose
    )


def _nothing(case: Case) -> bool:
    """Tell whether the training loss is exactly 0 in every epoch, and no accuracy says that the answers are right."""
    return not case.has("accuracy") and bool(np.all(finite(case.curves.loss) == 0))


def _just_begun(case: Case) -> bool:
    """Tell whether there are a few epochs only, and the last of them brought much while there is more to gain."""
    if len(case.curves) >= _FEW or not case.scale.guessing:
        return False
    sides = [(case.curves.loss, case.scale.guess.loss), (case.curves.val_loss, case.scale.guess.val_loss)]
    ends = [values[-2:] / unit for values, unit in sides if values is not None]
    return all(float(end[-1]) > _LEFT and float(end[0] - end[-1]) > _STEEP for end in ends)


def describe(case: Case) -> Finding:
    """Say that nothing is wrong, and by which numbers."""
    fell = case["loss_last"] < case["loss_first"] - _MOVED
    start = "the loss fell" if fell else "the loss is low from the first epoch on"
    return Finding(
        symptom="healthy",
        severity="info",
        summary=f"Training did what it should: {start}, {_validation(case, fell)}.",
        evidence=case.final("loss") + case.final("val_loss") + case.final("val_accuracy"),
        causes=(),
        remedy=Remedy((), "Nothing needs mending. Judge the model on examples that played no part in training."),
    )


def _validation(case: Case, fell: bool) -> str:
    if not case.has("val_loss"):
        return "as far as training curves alone can tell"
    return "and validation follows it" if fell and case["val_loss_last"] < case["val_loss_first"] else _NO_FAULT


SYMPTOM = Symptom("healthy", needs=(), least_epochs=3, describe=describe, possible=possible)
