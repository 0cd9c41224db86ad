"""The curve cannot tell: it is too short, or like none that the doctor knows."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms import loss_contradicts_accuracy
from doctor.symptoms.base import Symptom

_ENOUGH = 5
_POINTS = 4
"""Points of the training loss that a run of enough epochs needs."""
_SHORT = Remedy((Change("epochs", "multiply", 5),), "Train for at least ten epochs, then ask again.")


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether no check came to a result, and loss and accuracy do not contradict each other either."""
    return not set(labels) - {"too_small_validation"} and not _contradict(case)


def _contradict(case: Case) -> bool:
    return loss_contradicts_accuracy.SYMPTOM.obstacle(case) is None and loss_contradicts_accuracy.contradicts(case)


def describe(case: Case) -> Finding:
    """Say how many epochs there are, and what would help."""
    if len(case.curves) >= _ENOUGH and case.points("loss") < _POINTS:
        return _seldom(case)
    epochs, missing = len(case.curves), _missing(case)
    short = epochs < _ENOUGH
    known = "" if case.scale.guessing else " What guessing costs is not known for this loss, so its level says nothing."
    return Finding(
        symptom="cannot_tell",
        severity="info",
        summary=f"{epochs} epoch(s) are too few for this curve to tell anything."
        if short
        else f"These {epochs} epochs fit none of the pictures that the doctor knows.{known}",
        evidence=(Evidence("epochs", float(epochs)), *(() if short else case.final("loss") + case.final("val_loss"))),
        causes=(Cause("too few epochs", "more epochs show a trend, or none"),)
        if short
        else (
            Cause("something that no check looks for", "the predictions of a few examples show what the curves do not"),
            Cause("facts that are not known", f"with {missing} more checks can be made"),
        ),
        remedy=_SHORT
        if short
        else Remedy((), f"Say more of the run ({missing}), and look at the predictions themselves."),
        kind="too_short" if short else "unlike_any",
    )


def _seldom(case: Case) -> Finding:
    """Say that the training loss was logged too seldom to be a curve."""
    points = case.points("loss")
    return Finding(
        symptom="cannot_tell",
        severity="info",
        summary=f"The training loss was logged in {points} of {len(case.curves)} epochs: no curve, so most checks have "
        "nothing to look at.",
        evidence=case.final("loss") + case.extreme("val_loss", "least") + case.final("val_loss"),
        causes=(
            Cause(
                "training is logged every so many steps, and an epoch has fewer (Lightning: log_every_n_steps=50; "
                "Hugging Face: logging_steps=500)",
                "the steps of an epoch: examples divided by the batch size",
            ),
        ),
        remedy=Remedy(
            (),
            "Log the training loss in every epoch: Lightning, self.log('train_loss', loss, on_epoch=True); "
            "Hugging Face, logging_strategy='epoch'.",
        ),
        kind="seldom_logged",
    )


def _missing(case: Case) -> str:
    """Name what would help most and is not known."""
    wanted = [
        ("validation curves", case.has("val_loss")),
        ("accuracies", case.has("accuracy") or not case.scale.guessing),
        ("the number of validation examples", case.context.n_val is not None),
        ("the number of examples per class", case.context.class_counts_train is not None or not case.scale.guessing),
        ("the task or the number of classes", case.scale.told),
    ]
    return ", ".join(name for name, known in wanted if not known) or "the learning rate and the batch size"


SYMPTOM = Symptom("cannot_tell", (), 1, describe, present)
