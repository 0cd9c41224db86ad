"""Training loss does not move and the model is at chance."""

from __future__ import annotations

from doctor.case import Case
from doctor.findings import Cause, Change, Finding, Remedy
from doctor.readings import begins, even_fall
from doctor.symptoms.base import Symptom

_KILLED = Cause("a learning rate so high that the first steps killed the units", "the loss jumped in the first epochs")
_DEAD = Cause("dead units: every ReLU is off for every example", "gradients of the hidden layer are exactly zero")
_VANISHING = Cause("vanishing gradients in saturated units", "gradients shrink from layer to layer")
_UNRELATED = Cause(
    "inputs and answers that do not belong together, such as files and labels read in another order",
    "ten examples looked at by hand carry wrong labels",
)
_FASTER = Remedy(
    (Change("learning_rate", "multiply", 100.0),), "Raise the learning rate a hundredfold, then ask again."
)
_SLOW = Cause("a learning rate far too low", "a hundred times the rate makes the loss move")
_TOO_SMALL = Cause("a model that cannot represent the answer", "more units, or other features, start to learn")
_REACH = Cause(
    "targets that the output cannot reach, such as a sigmoid (0 to 1) for larger ones",
    "the predictions end where the output does",
)
_SCALE = Remedy(
    (), "Scale the targets to about 1, and see that the output can reach them; only then look for another rate."
)
_LOOK = Remedy(
    (),
    "Look at ten examples with their labels: what little training gains, validation loses, as where labels are random.",
)
_UNSCALED = 12.0
"""Loss of its own scale above that of any language model (ln of its symbols) where it began: targets not scaled."""
_APART = 2.0
"""Mann-Kendall statistic from which a validation loss rises, and steps that are too small are not the fault."""
_CHANCE, _BELOW = 0.15, -0.12
"""log10 of the loss over that of guessing between which a model at chance ends."""
_BEATS = -0.03
"""log10 of the loss below which a model whose answers beat guessing beyond chance is none at chance (7 %)."""
_LEARNED = 0.2
"""Training accuracy above guessing from which a model is not at chance, whatever a penalty adds to its loss."""
_MOVED = -0.07
"""log10 of the fall of the loss (15 %) that is none of a loss that stays where it began."""
_FEWEST = 4
"""Points of the training loss below which it cannot be said to stay anywhere."""
_EVEN, _CLEARLY = (0.25, 0.75), 15
"""Shares of the fall in the first half, and fall in units of its noise, of a loss that creeps straight down."""
_USUAL, _USUAL_ADAPTIVE = 3e-3, 1e-4
"""Learning rates of gradient descent, and of adam and its kind, from which a model moves."""
_STILL = 0.08
"""Fall, in units of guessing over as long a run, from which a steadily falling loss is on its way."""


def possible(case: Case) -> bool:
    """Tell whether the training loss ends at what guessing costs, and did not get below it by more than its noise.

    Where that cost is not known, a loss that falls evenly to the end is on its way, however slow.
    """
    level = case["loss_last"]
    fell = level < -0.04 and case["loss_fall_in_noise"] > 4 and case["loss_late_monotony"] < -2
    fell = fell or (level < _BEATS and case["accuracy_above_guess_z"] > 2)
    if not case.scale.guessing and case["loss_last"] - case["loss_first"] > -_MOVED:
        return False  # it rose: it does not stay where it began
    falls = case["loss_late_slope"] < -_STILL and case["loss_late_monotony"] < -3
    learned = (
        case["accuracy_above_guess"] > _LEARNED or begins(case) or (not case.scale.guessing and even_fall(case, "loss"))
    )
    if not case.has("accuracy"):  # then the answers on validation, and how far the loss came, tell of learning
        moved = case["loss_fall"] < _MOVED and case["loss_late_monotony"] < -2
        learned = learned or moved or case["val_accuracy_above_guess"] > _LEARNED
    return case.points("loss") >= _FEWEST and _BELOW < level < _CHANCE and not (fell or falls or learned)


def creeps(case: Case) -> bool:
    """Tell whether the loss falls straight and far above its noise, however little: the steps are too small.

    A rate that is known and usual is not to blame for that.
    """
    rate, usual = case.context.learning_rate, _USUAL_ADAPTIVE if case["adaptive"] == 1 else _USUAL
    if rate is not None and rate >= usual:
        return False
    if case["val_loss_late_monotony"] > _APART:
        return False
    straight = _EVEN[0] < case["loss_first_half_share"] < _EVEN[1] and case["loss_fall_in_noise"] > _CLEARLY
    return bool(straight and case["loss_late_monotony"] < -3 and case["loss_end_monotony"] < -1.5)


def _apart(case: Case) -> bool:
    """Tell whether training gets better, in loss and answers, steadily at the cost of validation."""
    better = case["loss_late_monotony"] < -3 and case["accuracy_late_monotony"] > _APART
    return bool(better and case["val_loss_late_monotony"] > _APART)


def unscaled(case: Case) -> bool:
    """Tell whether the loss began so high that it is one of numbers, not scaled."""
    return not case.scale.guessing and case.context.task != "language" and case.scale.guess.loss > _UNSCALED


def _causes(case: Case, high: bool) -> tuple[Cause, ...]:
    """Order the causes: what the curves and facts point to comes first."""
    small = (case.context.parameters or 10**6) < 30
    first = [(_UNRELATED, _apart(case)), (_REACH, unscaled(case)), (_TOO_SMALL, small), (_SLOW, creeps(case))]
    likely = [cause for cause, points in first if points]
    usual = (_KILLED, _DEAD, _VANISHING) if high else (_DEAD, _VANISHING, _KILLED)
    return (*likely, *usual, *(cause for cause in (_UNRELATED, _TOO_SMALL) if cause not in likely))


def _remedy(case: Case, high: bool) -> Remedy:
    """Return what mends the likeliest cause."""
    for remedy, fits in ((_SCALE, unscaled(case)), (_LOOK, _apart(case)), (_FASTER, creeps(case))):
        if fits:
            return remedy
    return Remedy(
        (
            Change("learning_rate", "multiply", 0.1) if high else Change("learning_rate", "set", 0.001),
            Change("hidden_units", "multiply", 4),
            Change("strategy", "set", "pretrained"),
        ),
        "Start again from fresh weights with a sane learning rate (about 0.001 for adam) and scaled inputs.",
    )


def describe(case: Case) -> Finding:
    """Quote the level against guessing and how little the loss moved."""
    high = (case.context.learning_rate or 0.0) >= 0.02 or case["loss_first"] > 0.15
    return Finding(
        symptom="flat_training",
        severity="critical",
        summary="The training loss stays at what guessing costs: the model answers no better than that."
        if case.scale.guessing
        else "The training loss stays where it began: nothing is learned.",
        evidence=(
            *case.final("loss"),
            *case.cost_of_guessing(),
            *case.final("accuracy"),
            *case.ratios(noise_over_guessing="loss_noise_over_guess"),
        ),
        kind="came_to_guessing" if case.scale.guessing and case["loss_last"] - case["loss_first"] < _MOVED else None,
        causes=_causes(case, high),
        remedy=_remedy(case, high),
    )


SYMPTOM = Symptom("flat_training", needs=(), least_epochs=4, describe=describe, possible=possible)
