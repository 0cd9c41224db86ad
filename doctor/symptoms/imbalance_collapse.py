"""Very unequal classes, and the model always answers the common one."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.statistics.chance import chance
from doctor.symptoms.base import Symptom

_UNEQUAL = 0.75


def possible(case: Case) -> bool:
    """Tell whether the classes are unequal and accuracy is no higher than the share of the common one."""
    answers = case.context.prediction_counts
    one_answer = answers is None or sum(count > 0.02 * sum(answers) for count in answers) < 2
    no_better = not case["accuracy_above_guess"] > 0.02 and not case["val_accuracy_above_guess"] > 0.05
    return case["common_class"] >= _UNEQUAL and no_better and one_answer


def describe(case: Case) -> Finding:
    """Quote the share of the common class beside the accuracies."""
    guess = chance(case.context)
    return Finding(
        symptom="imbalance_collapse",
        severity="critical",
        summary=f"The model answers the common class ({guess.accuracy:.0%} of images) for every image; "
        "its accuracy is only that share.",
        evidence=(
            Evidence("share_of_common_class", guess.accuracy),
            *case.final("accuracy"),
            *case.final("val_accuracy"),
        ),
        causes=(
            Cause("unequal classes", "recall of the rare class is zero; class weights bring it back"),
            Cause("too few images of the rare class", "even balanced, the rare class is not learned"),
        ),
        remedy=Remedy(
            (Change("class_weight", "set", "balanced"), Change("validation", "set", "stratified_split")),
            "Weigh the classes equally, collect more images of the rare class, and judge by recall per class.",
        ),
    )


SYMPTOM = Symptom(
    "imbalance_collapse", needs=("accuracy", "class_counts_train"), least_epochs=3, describe=describe, possible=possible
)
