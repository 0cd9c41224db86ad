"""What a reader says of curves unlike those the trees learned from: larger data, or facts that are not known.

The trees of `doctor.judge` know small networks on some hundreds of rows at most, with everything known of them. Of
other runs they are believed where the picture is coarse (explosions, swings, stillness). Between the labels that shade
into each other, rules decide that a reader would use, in units of the scale and with the sampling error of the
validation examples. What the curves of people's runs hardly ever turn out to show (wrong labels, a shift) is not
said of them: no reader of the histories in the benchmark named either as the fault.
"""

from __future__ import annotations

from collections.abc import Collection

from doctor.case import Case

LARGEST = 1500
"""Training examples up to which a run is like those that the trees learned from."""
COARSE = frozenset({"diverged", "oscillating", "constant_validation", "imbalance_collapse", "flat_training"})
"""Labels for which the trees are believed of any run."""

RARE = frozenset({"label_noise", "distribution_shift"})
"""Labels that generated runs teach, and that readers of people's runs hardly ever find."""

_BEHIND, _SURE = 0.09, 2.5
"""Training accuracy minus validation accuracy, and in standard errors, from which one is clearly better."""
_COSTLIER, _RATIO = 0.4, 0.15
"""Validation loss minus training loss, in units of guessing, and log10 of their ratio, from which it does so too."""
_APART = 0.05
"""The same from which a rise of validation loss is its own."""
_AS_GOOD = 0.05
"""Gap in accuracy below which a costlier validation is that of a few very wrong answers."""
_COSTLIER_OWN = 0.2
"""The same where the unit is the level at which the loss began."""
_ROSE, _ROSE_RATIO = 0.25, 0.15
"""Rise of validation loss above its minimum, and log10 of that ratio."""
_FALLS, _VALIDATION_FALLS = 0.08, 0.04
"""Fall of the losses over as long a run as this one, if it goes on as in its last third."""
_FALLS_CLEARLY = 0.1
"""The same for a loss of its own scale."""
_UNFINISHED = -0.5
"""log10 of the loss, in units of guessing, above which there is something left to gain (a third)."""
_CAME_DOWN = -0.03
"""log10 of the fall of validation loss (7 %) without which a run that overfits is not unfinished too."""
_GREW, _EXPENSIVE = 0.15, 0.3
"""log10 of a rise of the training loss, and of the level it rose to, which no penalty explains."""
_HIGH = -0.125
"""log10 of the training loss above which a plateau is that of a model that does not fit (three quarters)."""
_LEARNED, _MOSTLY_RIGHT = 0.15, 0.2
"""Training accuracy above guessing from which something was learned, and from which the examples are mostly fitted."""
_EVEN, _ABOVE_NOISE, _LEAST_FALL = 0.65, 20, -0.006
"""Share of the fall made in the first half, fall in units of its noise, log10 of the fall (1.4 %): an even fall."""
_LATE, _LEFT_CHANCE = 0.35, 0.04
"""Share of the fall in the first half below which it came late, and training accuracy above guessing that tells."""
_AT_GUESSING, _STANDS = 0.015, -1.5
"""log10 of the training loss within which (3.5 %; 7 % above) it is that of guessing, and of its late steps (3 %)."""
_STAYED = -0.02
"""log10 of a fall of the training loss (5 %) less than which it stands where it began, which no penalty explains."""
_SLOW = 0.2
"""Share of the way down to `_UNFINISHED` that as long a run again would make, below which more epochs are no answer."""


def familiar(case: Case) -> bool:
    """Tell whether a run is like those that the trees learned from."""
    small = case.context.n_train is not None and case.context.n_train <= LARGEST
    return small and (case.scale.guessing or case.has("val_loss"))  # of other losses they know runs with validation


def read_off(case: Case, allowed: Collection[str], by_trees: Collection[str]) -> set[str]:
    """Return the labels of a run that is unlike those the trees learned from.

    Args:
        case: The run.
        allowed: Labels that can be checked and that the curves do not rule out.
        by_trees: What the trees say.
    """
    found = set(by_trees) & COARSE & set(allowed)
    if case["accuracy_above_guess"] > _LEARNED and not case.curves.non_finite and not grows(case):
        found -= {"diverged", "flat_training"}  # a penalty lifts the loss; answers that are right are no explosion
    if "flat_training" in allowed and at_chance(case):
        found.add("flat_training")
    if found & {"diverged", "flat_training", "constant_validation", "imbalance_collapse"}:
        return found
    if "overfitting" in allowed and overfits(case):
        found.add("overfitting")
    better = "overfitting" not in found or (case["val_loss_end_monotony"] < -1 and case["val_loss_fall"] < _CAME_DOWN)
    late_start = case["loss_last"] > _HIGH and begins(case)
    if "underfitting" in allowed and not found and not late_start and high_plateau(case):
        found.add("underfitting")
    elif "undertrained" in allowed and better and (late_start or unfinished(case)):
        found.add("undertrained")
    if found or "healthy" in allowed:
        return found or {"healthy"}
    return {"flat_training"} & set(allowed)


def among_familiar(case: Case, allowed: Collection[str], by_trees: Collection[str]) -> set[str]:
    """Return the labels of a run like those that the trees learned from, which are believed but for four things.

    A loss that stands still at guessing is flat where they say no more than that it is healthy or not finished. A gap
    that is beyond chance is one, whatever they make of it: they know few runs of more classes, and every fact of each.
    What is rare among people's runs is said only of a run of which as much is known as of theirs. And where they come
    to no result, the rules do.
    """
    found = set(by_trees)
    no_success = {"healthy", "undertrained"} | ({"underfitting"} if case["loss_fall"] > _STAYED else set())
    if "flat_training" in allowed and at_chance(case) and found <= no_success:
        found = {"flat_training"}
    if not found or (case.context.class_counts_train is None and found & RARE):
        return read_off(case, allowed, found)
    settled = found & {"distribution_shift", "diverged", "flat_training", "constant_validation", "imbalance_collapse"}
    other = (case.scale.classes or 2) > 2 or case.context.class_counts_train is None
    if other and "overfitting" in allowed and not settled and overfits(case):
        found = found - {"healthy", "undertrained", "underfitting"} | {"overfitting"}
    return found


def at_chance(case: Case) -> bool:
    """Tell whether the training loss stands still at guessing, however it came there, and the answers are no better."""
    near = _AT_GUESSING if case.scale.told else 4 * _AT_GUESSING  # how many classes there are is a guess then
    level = -near < case["loss_last"] < 2 * near
    falls = case["loss_late_slope"] < -_FALLS / 4 and case["loss_late_monotony"] < -1.5
    still = case["loss_late_spread_over_guess"] < _STANDS and not falls
    no_better = case["accuracy_above_guess"] < _LEFT_CHANCE and not case["accuracy_above_guess_z"] > 2.5
    return bool(case.scale.guessing and level and still and no_better)


def overfits(case: Case) -> bool:
    """Tell whether validation lies clearly behind training, or its loss rose well above its minimum."""
    behind = case["accuracy_gap"] > _BEHIND and case["accuracy_gap_z"] > _SURE
    gap = _COSTLIER if case.scale.guessing else _COSTLIER_OWN
    costlier = case["loss_gap"] > gap and case["loss_gap_ratio"] > _RATIO and not case["accuracy_gap"] < _AS_GOOD
    rose = case["val_loss_rise"] > _ROSE and case["val_loss_rise_ratio"] > _ROSE_RATIO
    alone = case["loss_gap"] > _APART and case["val_loss_rise_in_noise"] > 3  # training did not rise with it
    return bool(behind or costlier or (rose and alone))


def grows(case: Case) -> bool:
    """Tell whether the training loss rises steadily to well above guessing."""
    risen = case["loss_last"] - case["loss_first"] > _GREW and case["loss_late_monotony"] > 1
    return bool(risen and case["loss_last"] > _EXPENSIVE)


def high_plateau(case: Case) -> bool:
    """Tell whether the training loss stays high, and falls too slowly for more epochs to bring it down."""
    slow = -case["loss_end_slope"] < _SLOW * (10 ** case["loss_last"] - 10**_UNFINISHED)
    return bool(slow and case["loss_last"] > _HIGH and not case["accuracy_above_guess"] > _MOSTLY_RIGHT)


def unfinished(case: Case) -> bool:
    """Tell whether training loss falls at the end, validation with it where it is known, and there is more to gain."""
    falls = case["loss_end_slope"] < -_FALLS and case["loss_end_monotony"] < -1
    if not case.scale.guessing:  # how low the loss could get is not known: only how far it still goes counts
        both = [name for name in ("loss", "val_loss") if case.has(name)]
        clearly = all(
            case[f"{name}_end_slope"] < -_FALLS_CLEARLY and case[f"{name}_end_monotony"] < -1 for name in both
        )
        return clearly or all(even_fall(case, name) for name in both)
    if not case.has("val_loss"):
        return falls and case["loss_last"] > _UNFINISHED
    follows = case["val_loss_end_slope"] < -_VALIDATION_FALLS and case["val_loss_end_monotony"] < -0.3
    return falls and follows and case["val_loss_last"] > _UNFINISHED


def begins(case: Case) -> bool:
    """Tell whether a model that stood at chance has begun to learn: loss and accuracy have left it, and go on."""
    late = case["loss_first_half_share"] < _LATE and case["loss_fall_in_noise"] > 5 and case["loss_late_monotony"] < -2
    return bool(late and case["accuracy_above_guess"] > _LEFT_CHANCE and case["accuracy_late_monotony"] > 1.5)


def even_fall(case: Case, name: str) -> bool:
    """Tell whether a loss falls nearly straight to the end, well above its noise: it has not begun to flatten."""
    straight = case[f"{name}_first_half_share"] < _EVEN and case[f"{name}_end_monotony"] < -1
    return bool(straight and case[f"{name}_fall"] < _LEAST_FALL and case[f"{name}_fall_in_noise"] > _ABOVE_NOISE)
