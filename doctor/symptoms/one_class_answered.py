"""One answer for everything: accuracy stands at a class's share, and the loss at what that share costs."""

from __future__ import annotations

import math

import numpy as np

from doctor.case import Case
from doctor.chance import entropy_of_error
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.statistics.robust import level, part
from doctor.symptoms.base import Symptom
from doctor.symptoms.constant_validation import STALE, kind_of

_STILL = 5e-4
_NEAR = 0.03
_LEARNED = 0.05
"""Training accuracy above the common class's share from which the model tells the classes apart."""
_NEARLY, _ALIKE = 0.1, 0.02
"""The same where accuracy moved before, and how alike the shares of both sides are then."""
_LATER, _SOON = 0.5, 0.25
"""Share of the run after which an accuracy that moved before may have come to stand still. Of more classes than two,
where a rate that decays to nothing stills accuracy too, it does so soon."""
_BEATEN = 0.75
"""Share of what one answer costs below which the training loss is not that of one answer."""
_ALIKE_OF_MORE = 0.15
"""How alike the shares of both sides are of more classes."""
_CERTAIN = 0.6
"""Accuracy from which a constant one is a common class's share; nearer to one half the model is just at chance."""


def answered_share(case: Case) -> float:
    """Return the share of the class that is always answered, NaN where the curves do not show one."""
    found = find(case)
    return math.nan if found is None else found[1]


def find(case: Case) -> tuple[str, float] | None:
    """Return in which curves (`val_` or none) one class is always answered, and that class's share.

    Accuracy is the same in every epoch, and either it is a class's share (where counts are known), or the loss is that
    of answering this share's frequencies: H(a) in nats. Or it came to stand still, and both losses are those.
    """
    answers = case.context.prediction_counts
    if not case.scale.guessing or (answers is not None and sum(count > 0 for count in answers) > 1):
        return None
    still = {prefix: share for prefix in ("val_", "") if (share := _constant(case, prefix)) is not None}
    for prefix, accuracy in still.items():
        loss = case.curves.column(f"{prefix}loss")
        if loss is None:
            continue
        cost = level(part(loss, 0.8, 1.0, least=3)) / entropy_of_error(accuracy)
        # Of more classes the share of one leaves open what the others cost: then training has to stand still as well.
        several = case.scale.classes != 2 and len(still) == 2 and 1 - _NEAR < cost < 2
        of_two = case.scale.classes == 2 and abs(cost - 1) < _NEAR and not _beaten(case, accuracy)
        if several or of_two or _is_share(accuracy, case, prefix):
            return prefix, accuracy
    return _came_to(case)


def _beaten(case: Case, share: float) -> bool:
    """Tell whether training's loss is clearly lower than that of one answer: then the examples are told apart.

    An accuracy that stands still at some examples that stay wrong, of which the model is as unsure as it should be,
    costs just as much in validation.
    """
    return level(part(case.curves.loss, 0.8, 1.0, least=3)) < _BEATEN * entropy_of_error(share)


def _came_to(case: Case) -> tuple[str, float] | None:
    """Return the curve and share at which all accuracies stand in the later epochs, each loss being its entropy."""
    sides = [prefix for prefix in ("val_", "") if case.curves.column(f"{prefix}accuracy") is not None]
    two = case.scale.classes == 2
    start = _LATER if two else _SOON
    shares = {prefix: _constant(case, prefix, start) for prefix in sides}
    if not sides or None in shares.values() or len(case.curves) * (1 - start) < 8:
        return None
    if not all(_costs(case, prefix, share) for prefix, share in shares.items()):
        return None
    told = [share for share in shares.values() if share is not None]
    if "" not in sides and _beaten(case, told[0]):
        return None
    if max(told) - min(told) > (_ALIKE if two else _ALIKE_OF_MORE):
        return None
    return sides[0], shares[sides[0]] or math.nan


def _costs(case: Case, prefix: str, share: float | None) -> bool:
    """Tell whether a loss is that of answering the shares of the classes, the commonest of which has this one.

    Of more classes than two the others cost more, up to what they cost where all of them are equally common.
    """
    loss = case.curves.column(f"{prefix}loss")
    if loss is None or share is None:
        return False
    others = (1 - share) * math.log(max((case.scale.classes or 2) - 1, 1))
    late, least = level(part(loss, 0.8, 1.0, least=3)), entropy_of_error(share)
    return (1 - _NEARLY) * least < late < (1 + _NEARLY) * (least + others)


def _constant(case: Case, prefix: str, start: float = 0.0) -> float | None:
    """Return the accuracy that a curve has in every epoch from `start` (a share of the run) on.

    None where it moves or is near chance or perfect.
    """
    right = case.curves.column(f"{prefix}accuracy")
    kept = np.empty(0) if right is None else part(right, start, 1.0)
    if len(kept) < 4 or float(np.ptp(kept)) > _STILL:
        return None
    accuracy = level(kept)
    least = _CERTAIN if case.scale.classes == 2 else 1 / (case.scale.classes or 2) + 0.1
    return accuracy if least <= accuracy < 1 else None


def _is_share(accuracy: float, case: Case, prefix: str) -> bool:
    counts = case.context.class_counts_val if prefix else case.context.class_counts_train
    if counts is None or not sum(counts) or case["accuracy_above_guess"] > _LEARNED:
        return False
    return abs(accuracy - max(counts) / sum(counts)) < 0.4 / sum(counts)


def _since(case: Case, prefix: str, always: float) -> tuple[str, tuple[int, int]]:
    """Return in which epochs accuracy stands at `always`, in words and as the first and last of them."""
    right = case.curves.column(f"{prefix}accuracy")
    moved = np.flatnonzero(np.abs(right - always) > _STILL) if right is not None else np.empty(0, int)
    first = int(moved[-1]) + 1 if len(moved) else 0
    ends = (int(case.curves.epochs[min(first, len(case.curves) - 1)]), int(case.curves.epochs[-1]))
    return ("every epoch" if first == 0 else f"every epoch from epoch {ends[0]} on"), ends


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether one class is answered, no label says so already, and validation is not of other weights."""
    stale = "constant_validation" in labels and kind_of(case) is STALE
    return find(case) is not None and "imbalance_collapse" not in labels and not stale


def describe(case: Case) -> Finding:
    """Quote the accuracy, and what its entropy is."""
    prefix, always = find(case) or ("val_", 0.5)
    classes = case.scale.classes or 2
    known = case.context.class_counts_train is not None or case.context.class_counts_val is not None
    others = "the other" if classes == 2 else "the others"
    still, ends = _since(case, prefix, always)
    ask = "" if known else "Count the examples of each class (--class-counts-train, --class-counts-val) and ask again. "
    return Finding(
        symptom="one_class_answered",
        severity="critical",
        summary=f"{'Validation' if prefix else 'Training'} accuracy is {always:.4g} in {still}, as it is where one "
        "class is answered for every example and that is its share.",
        evidence=(
            Evidence("accuracy_in_every_epoch", always, ends),
            *((Evidence("loss_of_answering_that_share", entropy_of_error(always)),) if classes == 2 else ()),
            *case.final("loss"),
            *case.final("val_loss"),
        ),
        causes=(
            Cause("unequal classes", f"the predictions hold one class only, and recall of {others} is 0"),
            Cause("a model that learns nothing", f"with equal classes accuracy is one in {classes}"),
        ),
        remedy=Remedy(
            (Change("class_weight", "set", "balanced"),),
            f"{ask}Weigh the classes equally, and judge by recall per class.",
        ),
    )


SYMPTOM = Symptom(
    "one_class_answered",
    (),
    4,
    describe,
    present,
    needs_guessing=True,
    rules_out=frozenset({"healthy", "label_noise", "underfitting"}),
    stands_for="underfitting",
)
