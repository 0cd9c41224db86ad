"""Clearly better on the training examples than on fresh ones of the same kind."""

from __future__ import annotations

import math

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.symptoms.base import Symptom
from doctor.symptoms.distribution_shift import unshuffled, worse_than_guessing

_LEAST_GAP, _LEAST_RISE = 0.02, 0.05
_BY_HEART, _LOW = 0.7, -0.3
"""Share of the way from guessing to no mistake, and log10 of the loss (half), from which all is known by heart."""
_ANY, _FEWEST = 0.1, 30
"""Training accuracy above guessing from which something was learned, and validation examples that tell a guess."""
_AT_GUESSING, _LEARNED = -0.02, 0.05
"""log10 of the training loss, and training accuracy above guessing, of a model that knows nothing of its examples."""


def possible(case: Case) -> bool:
    """Tell whether validation lies behind, or its loss rose, by more than drawing other examples would explain.

    Losses of single examples spread about as widely as their mean, so a mean over n examples is known to within its
    n-th root: with seven examples, a loss must more than double to mean anything.
    """
    if case["loss_last"] > _AT_GUESSING and not case["accuracy_above_guess"] > _LEARNED:
        return False  # nothing is known by heart
    doubt = 1 / math.sqrt(case.context.n_val) if case.context.n_val else 0.1
    behind = case["accuracy_gap"] > _LEAST_GAP and case["accuracy_gap_z"] > 1
    costlier = 1 - 10 ** -case["loss_gap_ratio"] > 1.5 * doubt
    rose = case["val_loss_rise"] > _LEAST_RISE and case["val_loss_rise_in_noise"] > 3
    return behind or costlier or (rose and 1 - 10 ** -case["val_loss_rise_ratio"] > doubt)


def describe(case: Case) -> Finding:
    """Quote the distance between the curves and where validation was best."""
    best = case.extreme("val_loss", "least")
    final = case.final("val_loss")
    turned = case["val_loss_rise"] > _LEAST_RISE and bool(best) and best[0].epochs[0] < final[0].epochs[0]
    rises = f"validation loss rises after epoch {best[0].epochs[0]}" if turned and best else ""
    swing = 10 ** case["loss_late_spread_over_guess"]
    above = case["loss_gap"] > 0.02 and not case["loss_gap"] < swing  # a loss that swings by more is not clearly lower
    behind = case["accuracy_gap"] > _LEAST_GAP or above
    better = "The model does clearly better on the examples it trained on than on others"
    summary = f"{better}{f', and {rises}' if rises else ''}." if behind or not rises else f"{rises.capitalize()}."
    other = unshuffled(case)
    worse = worse_than_guessing(case)
    guesses = not worse and guesses_in_validation(case)
    if guesses:
        summary = f"Validation is answered no better than by guessing, whatever training learns. {summary}"
    if worse:
        summary = f"Validation does worse than guessing, as where it holds other classes than training. {summary}"
    measures = case.measured("accuracy_gap", "accuracy_gap_z", "val_loss_rise_in_noise")
    return Finding(
        symptom="overfitting",
        severity="warning",
        summary=summary,
        evidence=case.final("loss") + case.final("val_loss") + best + measures,
        causes=other + ((_OTHER_NUMBERS,) if worse else _UNRELATED if guesses else ()) + _CAUSES,
        remedy=_SHUFFLE if worse else _COMPARE if guesses else _REMEDY,
        kind="other_classes" if worse else "guesses" if guesses else _kind(case, bool(rises) and not behind),
    )


def guesses_in_validation(case: Case) -> bool:
    """Tell whether training learns and no epoch's validation answers beat guessing by more than drawing explains."""
    right = case.curves.val_accuracy
    examples = case.context.n_val
    if right is None or case["accuracy_above_guess"] < _ANY or (examples or _FEWEST) < _FEWEST:
        return False
    guess = case.scale.guess.val_accuracy
    doubt = 3 * math.sqrt(guess * (1 - guess) / (examples or _FEWEST * 10))
    return bool(float(np.nanmax(right)) < guess + doubt)


def _kind(case: Case, only_rises: bool) -> str | None:
    """Tell a validation loss that rises alone, and a gap of a model that has not learned its examples by heart."""
    if only_rises:
        return "only_rises"
    guess = case.scale.guess.accuracy
    far = case["accuracy_above_guess"] / (1 - guess) if guess < 1 else math.nan
    known = far >= _BY_HEART or (case["loss_last"] < _LOW and not far < _BY_HEART)
    return None if known else "gap"


_CAUSES = (
    Cause("too few training examples for this many weights", "the gap shrinks as training examples are added"),
    Cause("trained for too many epochs", "validation loss had a minimum well before the end"),
    Cause("no regularisation", "dropout, an L2 penalty or augmentation narrows the gap"),
)
_REMEDY = Remedy(
    (
        Change("early_stopping", "set", 5),
        Change("l2", "add", 0.001),
        Change("dropout", "set", 0.3),
        Change("augment", "set", True),
    ),
    "Keep the weights of the best validation epoch, train fewer weights on top of pretrained features, and vary "
    "the examples (augmentation); more examples help most.",
)
_OTHER_NUMBERS = Cause(
    "validation classes numbered otherwise, or its examples prepared otherwise",
    "the classes of each set, listed in order, differ; or the same file gives other numbers",
)
_UNRELATED = (
    Cause(
        "inputs and answers that do not belong together, such as files and labels read in another order",
        "ten examples of each set, looked at by hand, carry wrong labels",
    ),
    Cause("validation examples prepared otherwise", "the training examples, prepared so too, are answered as badly"),
    Cause("inputs that say nothing of the answer", "shuffled labels give the same curves"),
)
_COMPARE = Remedy(
    (),
    "Look at ten examples of each set with their labels, and prepare both sets by one function; more epochs or less "
    "rate are no help until validation beats guessing.",
)
_SHUFFLE = Remedy(
    (Change("validation", "set", "stratified_split"),),
    "Shuffle before the split, or split within each class; the gap says nothing of overfitting until then.",
)
SYMPTOM = Symptom("overfitting", needs=("val_loss",), least_epochs=4, describe=describe, possible=possible)
