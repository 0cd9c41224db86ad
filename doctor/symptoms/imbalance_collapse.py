"""Very unequal classes, and the model always answers the common one."""

from __future__ import annotations

import math

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.one_class_answered import answered_share

_UNEQUAL = 0.75


def possible(case: Case) -> bool:
    """Tell whether the classes are unequal and accuracy is no higher than the share of the common one."""
    if unequal(case):
        return True
    answers = case.context.prediction_counts
    one_answer = answers is None or sum(count > 0.02 * sum(answers) for count in answers) < 2
    no_better = not case["accuracy_above_guess"] > 0.02 and not case["val_accuracy_above_guess"] > 0.05
    return case["common_class"] >= _UNEQUAL and no_better and one_answer


def unequal(case: Case) -> bool:
    """Tell whether the curves alone show one answer whose share is that of very unequal classes."""
    counted = case["common_class"] < _UNEQUAL  # by counts the classes are not unequal: the share is chance
    return bool(answered_share(case) >= _UNEQUAL) and not counted


def describe(case: Case) -> Finding:
    """Quote the share of the common class beside the accuracies."""
    counts = case.context.class_counts_train
    share = case.scale.guess.accuracy if counts else answered_share(case)
    share = share if math.isfinite(share) else case["val_accuracy_last"]
    ask = "" if counts else "Count the examples of each class (--class-counts-train) and ask again. "
    return Finding(
        symptom="imbalance_collapse",
        severity="critical",
        summary="The model does no better than answering the common class "
        f"({100 * share:.0f} % of examples) every time.",
        evidence=(
            Evidence("share_of_common_class", share),
            *case.final("accuracy"),
            *case.final("val_accuracy"),
        ),
        causes=(
            Cause("unequal classes", "recall of the rare class is zero; class weights bring it back"),
            Cause("too few examples of the rare class", "even balanced, the rare class is not learned"),
        ),
        remedy=Remedy(
            (Change("class_weight", "set", "balanced"), Change("validation", "set", "stratified_split")),
            f"{ask}Weigh the classes equally, collect more examples of the rare class, and judge by recall per class.",
        ),
    )


SYMPTOM = Symptom(
    "imbalance_collapse",
    needs=("accuracy",),
    least_epochs=3,
    describe=describe,
    possible=possible,
    needs_guessing=True,
)
