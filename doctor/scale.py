"""What kind of loss a run has, and the unit in which its losses are measured.

A cross-entropy of K classes has a natural unit: what answering the class frequencies costs. It is known from class
counts, from the number of classes, or from the first epochs, when a model has hardly learned: with accuracy a and K - 1
equally likely other classes, the loss is H(a) + (1 - a) ln(K - 1). Any other loss (squared error, Dice, tokens of a
language model) is measured against its own beginning, which says how far it fell, and not how good that is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from doctor.chance import Chance, chance, entropy_of_error
from doctor.context import OTHER_TASKS, Context
from doctor.curves import Curves
from doctor.points import Array
from doctor.sums import times_the_mean

_TWO = (0.6, 0.76)
"""First losses from which a history without accuracy is taken to be of two classes: about 10 % around ln 2."""
_BELOW_HALF = 0.42
"""Accuracy of the first epoch below which there are more than two classes."""
_MOSTLY_RIGHT = {"both": 0.6, "validation": 0.75}
"""Accuracy of the first epoch from which the number of classes cannot be seen any more.

Logs without training accuracy come from libraries for many classes more often than from two classes with a penalty.
"""
_AT_LN2, _ABOUT_HALF = 1e-3, 0.05
"""Distance from ln 2 and from one half within which two epochs tell that there are two classes."""
_FAR, _NO_BETTER = 4, 0.03
"""How many times the fewest classes that its accuracy allows a first loss may imply, and how much better later epochs
may be that are looked at in its place."""
_EARLY = 3
"""Epochs in which a model has hardly learned."""
_CLASSES_ABOVE_HALF = 12
"""Most classes that are believed where the first epochs are mostly right; beyond, a penalty is likelier."""


@dataclass(frozen=True)
class Scale:
    """The unit of a run's losses.

    Attributes:
        guess: Cost (in the loss's own unit) and accuracy of guessing; of a loss of its own scale the level at which it
            began, and accuracies that are not known.
        classes: Number of classes; None where the loss is no cross-entropy of classes.
        told: Whether classes or task are facts, and not read off the curves.
        offset: What is taken off a loss that is negative somewhere, so that ratios mean something.
        times: How many times the mean of the examples the training loss is: 1, or more where it is a sum. The cost of
            guessing is that of the sum.
    """

    guess: Chance
    classes: int | None
    told: bool
    offset: float = 0.0
    times: float = 1.0

    @property
    def guessing(self) -> bool:
        """Tell whether the unit is the cost of guessing."""
        return self.classes is not None

    def apply(self, curves: Curves) -> Curves:
        """Return the curves with both losses in units of guessing (or of their own beginning)."""
        val = curves.val_loss
        return replace(
            curves,
            loss=(curves.loss - self.offset) / self.guess.loss,
            val_loss=None if val is None else (val - self.offset) / self.guess.val_loss,
        )

    def floor(self, accuracy: float) -> float:
        """Return what a model costs that is right with probability `accuracy` and knows no more, in the unit."""
        wrong = (1 - accuracy) * math.log(max((self.classes or 2) - 1, 1))
        return min((entropy_of_error(accuracy) + wrong) * self.times / self.guess.loss, 1.0)


def scale_of(curves: Curves, context: Context) -> Scale:
    """Choose the scale of a run from facts, or from its curves."""
    scale = _mean_scale(curves, context)
    times = times_the_mean(curves, scale.floor, scale.guess.loss) if scale.guessing else None
    if times is None:
        return scale
    guess = replace(scale.guess, loss=scale.guess.loss * times[0], val_loss=scale.guess.val_loss * times[1])
    return replace(scale, guess=guess, times=times[0])


def _mean_scale(curves: Curves, context: Context) -> Scale:
    """Choose the scale of a loss that is a mean over the examples."""
    if context.task in OTHER_TASKS or (context.task is None and _negative(curves)):
        return _own(curves, told=context.task is not None)
    counts = context.class_counts_train or context.class_counts_val or ()
    if sum(counts):
        return Scale(chance(context), context.classes or len(counts), told=True)
    if context.classes is not None or context.task == "binary":
        return Scale(_even(context.classes or 2), context.classes or 2, told=True)
    classes = _classes(curves) if context.task is None else _classes(curves) or 2
    return (
        _own(curves, told=False) if classes is None else Scale(_even(classes), classes, told=context.task is not None)
    )


def _even(classes: int) -> Chance:
    return Chance(math.log(classes), 1 / classes, math.log(classes), 1 / classes)


def _own(curves: Curves, told: bool) -> Scale:
    known = _finite(curves.loss)
    first = float(known[0]) if len(known) else 1.0
    offset = 0.0
    if _negative(curves):
        lowest = min(float(_finite(values).min()) for values in _losses(curves))
        offset = lowest - max(0.05 * abs(first - lowest), 1e-6)
    unit = first - offset
    unit = unit if math.isfinite(unit) and unit > 1e-12 else 1.0
    return Scale(Chance(unit, math.nan, unit, math.nan), None, told, offset)


def _losses(curves: Curves) -> list[Array]:
    return [values for values in (curves.loss, curves.val_loss) if values is not None and len(_finite(values))]


def _finite(values: Array) -> Array:
    return values[np.isfinite(values)]


def _negative(curves: Curves) -> bool:
    return any(float(_finite(values).min()) < -1e-6 for values in _losses(curves))


def _classes(curves: Curves) -> int | None:
    """Read the number of classes off the first epochs; None where the loss does not look like that of classes."""
    pairs = [(curves.loss, curves.accuracy), (curves.val_loss, curves.val_accuracy)]
    both = [(loss, right) for loss, right in pairs if loss is not None and right is not None]
    if not both:
        firsts = [float(_finite(values)[0]) for values in _losses(curves)]
        return 2 if any(_TWO[0] <= first <= _TWO[1] for first in firsts) else None
    early = [row for loss, right in both for row in _rows(loss, right)]
    if not early or any(_coin(loss, right) for loss, right in both):
        return 2
    right = early[0][1]
    if right < _BELOW_HALF:
        first = min(early[:1] + [_rows(*pair)[0] for pair in both if _rows(*pair)])
        return _believed(_implied(*first) if _sane(*first) else _later(both, right), right)
    implied = min(_implied(loss, accuracy) for loss, accuracy in early)
    most = _MOSTLY_RIGHT["both" if curves.accuracy is not None else "validation"]
    return round(implied) if 2.8 <= implied <= _CLASSES_ABOVE_HALF and right < most else 2


def _coin(loss: Array, right: Array) -> bool:
    """Tell whether the loss stood still at ln 2 while half of the answers were right: a coin, whatever came before."""
    at = (np.abs(loss - math.log(2)) < _AT_LN2) & (np.abs(right - 0.5) < _ABOUT_HALF)
    return bool(at.sum() >= 2)


def _sane(loss: float, accuracy: float) -> bool:
    """Tell whether a first loss is near what answers so often right cost, and no explosion or penalty."""
    return _implied(loss, accuracy) < _FAR * _least(accuracy)


def _later(both: list[tuple[Array, Array]], right: float) -> float:
    """Return the fewest classes that epochs no better than the first imply: an explosion has passed by then."""
    implied = []
    for loss, accuracy in both:
        known = np.isfinite(loss) & np.isfinite(accuracy) & (accuracy < right + _NO_BETTER)
        implied += [_implied(*row) for row in zip(loss[known].tolist(), accuracy[known].tolist(), strict=True)]
    return min(implied, default=math.inf)


def _rows(loss: Array, right: Array) -> list[tuple[float, float]]:
    known = np.isfinite(loss) & np.isfinite(right)
    return list(zip(loss[known][:_EARLY].tolist(), right[known][:_EARLY].tolist(), strict=True))


def _implied(loss: float, accuracy: float) -> float:
    """Return the number of classes at which a model of this accuracy that knows no more has this loss."""
    wrong = max(1 - accuracy, 1e-3)
    return 1 + math.exp(min((loss - entropy_of_error(accuracy)) / wrong, 50.0))


def _believed(implied: float, accuracy: float) -> int:
    """Keep the number of classes to what the accuracy allows: guessing is right in one of K, or a little more often."""
    least = _least(accuracy)
    return round(min(max(implied, least), 20 * least))


def _least(accuracy: float) -> int:
    return max(3, math.ceil(0.5 / max(accuracy, 1e-3)))
