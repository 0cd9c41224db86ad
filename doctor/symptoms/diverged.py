"""The loss is not finite, explodes, or stays far above what guessing costs."""

from __future__ import annotations

import math

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.statistics.robust import finite, level, part
from doctor.symptoms.base import Symptom

_MARGIN = math.log10(2)
"""log10 of the loss over that of guessing, above which a run that did not end in NaN must end."""
_NEARLY = 0.13
"""log10 of the loss over that of answering one half, below which (a third more) a noisy fall is one too."""
_EXPLODED = 1.0
"""log10 of the greatest loss, in its unit, above which (ten times) it exploded."""
_ROSE = 0.1
"""log10 of a rise of the training loss above where it began that is worth the word (a quarter)."""
_FELL = 0.05
"""log10 of the fall (a tenth) without which it began there."""
_ENORMOUS = {True: 3.0, False: 6.0}
"""log10 of the loss over that of guessing beyond which no penalty lifts it: for classes that are told, and for those
that are only read off the curves, where the loss may be a squared error."""
_ENORMOUS_OWN, _TENFOLD = 12.0, -1.0
"""log10 of a loss of its own scale that targets a million wide have, and of a fall of which something was learned."""
_LEAST_AFTER, _FEWEST_TIMES, _NOTHING = 4, 10.0, 0.9
"""Epochs after an explosion that tell what it left, how far it is above them, and the share of their first level above
which nothing is learned in them."""
_LEARNED = -0.15
"""log10 of the least training loss, in its unit, below which a run had learned something."""


def possible(case: Case) -> bool:
    """Tell whether a loss is not finite, or ends at twice the cost of guessing and is not on its way down.

    Where one class is rare guessing costs little, and a sound run starts far above it: at that of answering one half.
    """
    ends = ("loss_last", "loss_end", "val_loss_last") if case.scale.guessing else ("loss_last", "loss_end")
    far = any(case[end] > _MARGIN for end in ends)
    undecided = math.log10(math.log(case.scale.classes or 2) / case.scale.guess.loss) if case.scale.guessing else 0.0
    down = case["loss_late_monotony"] < -3 and case["loss_last"] < undecided + _MARGIN
    noisily = case["loss_fall"] < 0 and case["val_loss_late_monotony"] < -3 and case["loss_last"] < undecided + _NEARLY
    on_its_way = down or noisily
    return bool(case.curves.non_finite) or enormous(case) or (far and not on_its_way)


def enormous(case: Case) -> bool:
    """Tell whether the loss ends beyond what any answers, penalty or targets cost: the numbers have exploded."""
    if case.scale.guessing:
        return bool(case["loss_last"] > _ENORMOUS[case.scale.told])
    high = level(part(finite(case.curves.loss), 0.8, 1.0, least=3)) > 10**_ENORMOUS_OWN
    return bool(high and not case["loss_fall"] < _TENFOLD) or burst(case)


def burst(case: Case) -> bool:
    """Tell whether a loss of its own scale exploded in passing, and where that left it nothing is learned any more."""
    known = finite(case.curves.loss)
    if case.scale.guessing or len(known) < _LEAST_AFTER:
        return False
    after = known[int(np.argmax(known)) + 1 :]
    if len(after) < _LEAST_AFTER or not _FEWEST_TIMES * np.median(after) < 10**_ENORMOUS_OWN < known.max():
        return False
    return bool(level(part(after, 0.8, 1.0, least=3)) > _NOTHING * level(after[:3]))


def from_the_start(case: Case) -> bool:
    """Tell whether not even the first epoch has a finite loss."""
    return case.curves.non_finite[:1] == (int(case.curves.epochs[0]),)


def never(case: Case) -> bool:
    """Tell whether no epoch has a finite training loss: a first one that overflows may be followed by sound ones."""
    return from_the_start(case) and not len(finite(case.curves.loss))


def had_learned(case: Case) -> bool:
    """Tell whether the training loss had come down to well below guessing before it broke."""
    return (
        not from_the_start(case) and case["loss_least"] < _LEARNED and case["loss_first"] - case["loss_least"] > _FELL
    )


def _kept(case: Case) -> str:
    """Name the best epoch of a run that had learned before it broke."""
    never_sound = not case.scale.guessing and case["loss_least"] + math.log10(case.scale.guess.loss) > _ENORMOUS_OWN
    if never_sound or from_the_start(case) or not case["loss_least"] < _LEARNED:
        return ""
    (best,) = case.extreme("val_loss" if case.has("val_loss") else "loss", "least")
    return f"Keep the weights of epoch {best.epochs[0]}, the best before the loss broke. "


def _causes(case: Case) -> tuple[Cause, ...]:
    inputs = (
        Cause("broken input values", "a NaN or infinity among the inputs or targets spoils the first epoch"),
        Cause("inputs not scaled to a common small range", "values run to 255 instead of 1"),
    )
    steps = (
        Cause("learning rate much too high", "a hundredth of the rate trains normally"),
        Cause("an L2 penalty so large that its step overshoots", "the loss grows by the same factor each epoch"),
    )
    if not case.curves.non_finite and enormous(case):
        targets = Cause("targets not scaled, where they are numbers", "divided by their spread they cost about 1")
        return (steps[0], inputs[1], targets, steps[1])
    if not from_the_start(case):
        return (steps[0], inputs[1], steps[1], inputs[0])
    form = Cause("targets of another form than the loss expects", "a logarithm of 0 or of a negative number gives NaN")
    return (*inputs, form, *steps)


def _kind(case: Case, stays: bool) -> str | None:
    """Return the way in which the loss went wrong, None where it exploded and stayed finite."""
    if not case.curves.non_finite and burst(case):
        return None
    if not case.curves.non_finite and enormous(case):
        return "enormous"
    if stays:
        return "stays_high"
    if never(case):
        return "never_a_number"
    if case.curves.non_finite:
        return "broke" if had_learned(case) else "no_number"
    return None if case["loss_most"] > _EXPLODED else "rose"


def describe(case: Case) -> Finding:
    """Quote the first epoch that was not finite, or how far above guessing the loss stays."""
    broken = case.curves.non_finite
    evidence = case.final("loss") + case.extreme("loss", "greatest")
    first = (Evidence("first_epoch_not_finite", float(broken[0]), broken),) if broken else ()
    high = "ends far above what guessing would cost" if case.scale.guessing else "ends far above where it began"
    if not broken and burst(case):
        most = evidence[1]
        high = f"exploded to about {most.value or 0:.0e} in epoch {most.epochs[0]}, and nothing is learned since"
    what = _broke(case) if broken else high
    kind = _kind(case, stays=not broken and case["loss_most"] - case["loss_first"] < _ROSE)
    return Finding(
        symptom="diverged",
        severity="critical",
        summary=_summary(kind, high, what, evidence),
        evidence=(*first, *evidence, *case.cost_of_guessing()),
        causes=_causes(case),
        remedy=Remedy(
            (
                Change("learning_rate", "multiply", 0.01),
                Change("gradient_clip", "set", 1.0),
                Change("optimizer", "set", "adam"),
            ),
            "Look for NaN, infinity and huge numbers among the inputs and targets first; then start again with a far "
            "lower learning rate."
            if from_the_start(case)
            else f"{_kept(case)}Start again with a far lower learning rate, scaled inputs and clipped gradients.",
        ),
        kind=kind,
    )


def _broke(case: Case) -> str:
    if never(case):
        return "was infinite or not a number from the first epoch on"
    if from_the_start(case):
        return "was infinite or not a number in the first epoch"
    return "became infinite or not a number"


def _summary(kind: str | None, high: str, what: str, final: tuple[Evidence, ...]) -> str:
    if kind == "enormous":
        return f"The loss ends at about {final[0].value:.0e}, which no sound model's does: the numbers exploded."
    if kind == "stays_high":
        return f"The loss {high}: the model is sure of wrong answers."
    return f"Training went out of control: the loss {what}."


SYMPTOM = Symptom("diverged", needs=(), least_epochs=1, describe=describe, possible=possible)
