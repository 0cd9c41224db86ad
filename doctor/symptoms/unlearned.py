"""A run that had learned and lost it again: at one step, or little by little."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.points import Array
from doctor.statistics.robust import finite, level, monotony, part
from doctor.symptoms import moving_target
from doctor.symptoms.base import Symptom

_LEARNED = 0.75
"""Share of guessing (or of where the loss began) below which a run had learned something."""
_LOST = 0.9
"""Share of guessing above which nothing is left of it."""
_EXPLODED = 3
"""The same from which it exploded."""
_CLIMB = 1.5
"""Ratio of the late loss to the best one from which a run has climbed back."""
_CLIMB_AT_LEAST = 0.12
_CLIMBS = 3
"""Mann-Kendall statistic of the rest of the run from which it climbs, and does not just swing."""
_AS_GOOD = 0.05
"""How far below their best accuracies may end of a model that kept what it had learned."""
_BLOCKS, _SINGLE_STEP = 5, 0.6
"""Stretches of the rest of the run whose medians are compared, and the share of the rise from one to the next that is
that of a step."""


def _scaled(case: Case) -> Array:
    return finite((case.curves.loss - case.scale.offset) / case.scale.guess.loss)


def best(case: Case) -> int:
    """Return the row of the best epoch: least validation loss, or least training loss where that is not known."""
    val = case.curves.val_loss
    values = val if val is not None and np.isfinite(val).any() else case.curves.loss
    return int(np.nanargmin(values)) if np.isfinite(values).any() else 0


def lost(case: Case) -> str | None:
    """Return `destroyed`, `climbs_back`, or None for a run that kept what it had."""
    values = _scaled(case)
    if len(values) < 8 or case.curves.non_finite:
        return None
    smooth = np.array([level(values[max(0, row - 1) : row + 2]) for row in range(len(values))])
    row, late = int(np.argmin(smooth)), level(part(values, 0.85, 1.0, least=3))
    least, after = float(smooth[row]), len(values) - row - 1
    fell = float(smooth[: row + 1].max()) > 1.15 * least
    if least > _LEARNED or not fell or after < 4:
        return None
    if late > _LOST and late > least + 0.2:
        return "destroyed"
    blocks = [level(block) for block in np.array_split(values[row:], _BLOCKS)]
    slowly = after >= max(8, 0.2 * len(values)) and float(np.diff(blocks).max()) < _SINGLE_STEP * (late - least)
    slowly = slowly and monotony(values[row:]) > _CLIMBS
    return "climbs_back" if slowly and late > _CLIMB * least and late > least + _CLIMB_AT_LEAST else None


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether training loss had fallen clearly and ends far above its best.

    Where it ends at many times guessing, that it exploded has to be said too.
    """
    if moving_target.present(case, labels):
        return False  # what such a loss rises from was no success
    if _still_right(case):
        return False
    exploded = level(part(_scaled(case), 0.85, 1.0, least=3)) >= _EXPLODED
    return lost(case) is not None and (not exploded or "diverged" in labels)


def _still_right(case: Case) -> bool:
    """Tell whether the answers at the end are as good as ever, however much their loss rose."""
    right = [values for values in (case.curves.accuracy, case.curves.val_accuracy) if values is not None]
    known = [finite(values) for values in right if len(finite(values)) >= 8]
    return bool(known) and all(
        level(part(values, 0.85, 1.0, least=3)) > float(values.max()) - _AS_GOOD for values in known
    )


def describe(case: Case) -> Finding:
    """Name the best epoch, and the one in which most was lost."""
    destroyed = lost(case) != "climbs_back"
    row = best(case)
    known = np.flatnonzero(np.isfinite(case.curves.loss))
    steps = np.diff(case.curves.loss[known])
    worst = int(case.curves.epochs[known[int(np.argmax(steps)) + 1]]) if len(steps) else 1
    accuracy = case.curves.val_accuracy if case.curves.val_accuracy is not None else case.curves.accuracy
    right = float(accuracy[row]) if accuracy is not None else float("nan")
    epoch = int(case.curves.epochs[row])
    reached = f" (accuracy {right:.3g})" if np.isfinite(right) else ""
    quoted = (Evidence("largest_rise_of_loss", float(steps.max()), (worst,)),) if len(steps) and steps.max() > 0 else ()
    return Finding(
        symptom="unlearned",
        severity="critical",
        summary=f"The model had learned, best in epoch {epoch}{reached}, and was then destroyed: the loss rose most in "
        f"epoch {worst} and it did not recover."
        if destroyed
        else f"The training loss itself climbs back after its best, in epoch {epoch}{reached}: the optimizer leaves a "
        "good place. Wrong labels or too few units cannot be the reason: the same examples had been fitted better.",
        evidence=(*case.extreme("loss", "least"), *case.final("loss"), *case.extreme("val_loss", "least"), *quoted),
        causes=(
            Cause("a learning rate too high for the end of training", "a tenth of the rate keeps what was learned"),
            Cause("a rare huge gradient", "its norm jumps at that step, and clipping removes the jump")
            if destroyed
            else Cause(
                "an optimizer without decay (RMSprop, Adam) whose steps grow as gradients shrink", "decay mends it"
            ),
            Cause("a numerical fault (overflow in half precision, logarithm of 0)", "in float32 it does not happen"),
        ),
        remedy=Remedy(
            (
                Change("early_stopping", "set", 5),
                Change("learning_rate", "multiply", 0.1),
                Change("gradient_clip", "set", 1.0),
            ),
            f"Keep the weights of epoch {epoch}; lower the rate or let it decay, and clip gradients.",
        ),
        kind="destroyed" if destroyed else "climbs_back",
    )


SYMPTOM = Symptom(
    "unlearned",
    (),
    8,
    describe,
    present,
    rules_out=frozenset(
        {"healthy", "flat_training", "underfitting", "undertrained", "label_noise", "constant_validation"}
    ),
    stands_for="oscillating",
)
