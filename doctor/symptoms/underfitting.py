"""The model cannot fit even the training examples."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.readings import at_chance
from doctor.symptoms.base import Symptom
from doctor.symptoms.penalty import penalised

_TOO_SMALL = Cause("the model is too small for this problem", "a model with more units fits the training examples")
_TOO_STRICT = Cause(
    "regularised too hard (L2 penalty or dropout)",
    "the loss lies above what its accuracy need cost, and falls when the penalty is lowered",
)
_NO_SIGNAL = Cause("the examples do not show what the labels say", "no model does better, whatever its size")


_FITTED = -0.7
"""log10 of the training loss over that of guessing, below which (a fifth) the examples are fitted."""


_LARGE = 1000
"""Weights from which a model at chance is not small first of all."""
_LATER = Remedy((), "Make the loss leave what guessing costs first: before that no size shows what it can do.")


def possible(case: Case) -> bool:
    """Tell whether the training loss ends well above nothing."""
    return not case["loss_last"] < _FITTED


def describe(case: Case) -> Finding:
    """Say that the plateau is too high, and whether size or penalty is to blame."""
    strict = penalised(case)
    falls = case["loss_end_slope"] < -0.02 or case["loss_late_monotony"] < -3
    pace = "falls too little for more epochs to change that" if falls else "has stopped falling"
    unknown = at_chance(case) and not (case.context.parameters or _LARGE) < _LARGE  # no size shows at chance
    causes = (_TOO_STRICT, _TOO_SMALL) if strict else (_TOO_SMALL, _TOO_STRICT)
    lighter = (Change("l2", "multiply", 0.03), Change("dropout", "set", 0.0))
    larger = (Change("hidden_units", "multiply", 4), Change("strategy", "set", "pretrained"))
    return Finding(
        symptom="underfitting",
        severity="warning",
        summary=f"The model does not fit even its training examples, and the loss {pace}.",
        evidence=case.final("loss")
        + case.final("accuracy")
        + case.measured("loss_late_slope_over_level", "loss_beyond_accuracy")
        + case.fact("parameters"),
        causes=(*causes, _NO_SIGNAL),
        remedy=_LATER
        if unknown and not strict
        else Remedy(
            lighter if strict else larger,
            "Lower the penalty and the dropout first."
            if strict
            else "Give the model more units or better features; more epochs would not help.",
        ),
    )


SYMPTOM = Symptom("underfitting", needs=(), least_epochs=5, describe=describe, possible=possible, needs_guessing=True)
