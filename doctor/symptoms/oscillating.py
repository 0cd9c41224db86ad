"""Training loss swings because of the learning rate, or swings without getting anywhere."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.symptoms.base import Symptom

_NOTHING_LEARNED = Cause(
    "nothing is learned and each epoch sees other examples",
    "validation loss stays exactly the same while training loss swings",
)
_TOO_HIGH = Cause("learning rate too high", "a tenth of the rate gives a smooth fall")
_SMALL_BATCH = Cause("very small batches", "larger batches shrink the swings with the square root of their size")
_DROPOUT = Cause("strong dropout or augmentation", "validation, measured without them, is calmer than training")
_UNSCALED = Cause("inputs not scaled to a common small range", "dividing pixel values by 255 calms the curve")


_LEAST_SWING, _LEAST_RISE = -1.4, -1.6
"""log10 of the late epoch-to-epoch deviation, and of the largest late rise, over the cost of guessing: 4 and 2.5 %."""


_CALMER = 0.7
"""log10 of how many times calmer than training (five) validation is where the weights do not swing."""
_CALMLY = 0.03
"""Fall of validation loss over as long a run, in units of guessing, from which it falls meanwhile."""
_LOW, _LOW_ADAPTIVE = 1e-3, 7e-4
"""Learning rates of gradient descent, and of adam and its kind, below which they are not to blame first."""


def possible(case: Case) -> bool:
    """Tell whether training loss goes up as well as down, by more than batches make it in a run that learns."""
    swings = case["loss_late_spread_over_guess"] > _LEAST_SWING and case["loss_largest_late_rise"] > _LEAST_RISE
    return swings and case["loss_late_sign_changes"] > 0 and not only_in_training(case)


def only_in_training(case: Case) -> bool:
    """Tell whether validation falls smoothly meanwhile: what swings is dropout or the batches, and not the weights."""
    calmer = case["loss_late_spread_over_guess"] - case["val_loss_late_spread_over_guess"] > _CALMER
    return bool(calmer and case["val_loss_late_monotony"] < -3 and case["val_loss_late_slope"] < -_CALMLY)


def low_rate(case: Case) -> bool:
    """Tell whether the rate is known and is one at which hardly any model swings."""
    rate, adaptive = case.context.learning_rate, case["adaptive"] == 1
    return rate is not None and rate < (_LOW_ADAPTIVE if adaptive else _LOW)


def describe(case: Case) -> Finding:
    """Quote the size of the swings and the epochs of the largest rises."""
    frozen = case["val_loss_range"] < -4
    causes = (_NOTHING_LEARNED,) if frozen else ()
    low = low_rate(case)
    return Finding(
        symptom="oscillating",
        severity="warning",
        summary="The training loss swings up and down without settling.",
        evidence=case.ratios(
            swing_over_level="loss_late_spread_over_level", way_over_progress="loss_late_path_over_net"
        )
        + case.measured("loss_sign_changes")
        + _rises(case),
        causes=(*causes, *((_DROPOUT, _SMALL_BATCH, _TOO_HIGH) if low else (_TOO_HIGH, _UNSCALED, _SMALL_BATCH))),
        remedy=Remedy(
            (Change("batch_size", "multiply", 4),)
            if low
            else (Change("learning_rate", "multiply", 0.1), Change("gradient_clip", "set", 1.0)),
            _advice(frozen, low),
        ),
    )


def _advice(frozen: bool, low: bool) -> str:
    if frozen:
        return "Make the weights trainable first: nothing is learned, so only the sampling swings."
    if low:
        return "The rate is low already: use larger batches, and less dropout."
    return "Lower the learning rate tenfold, scale the inputs, and clip gradients."


def _rises(case: Case) -> tuple[Evidence, ...]:
    known = np.flatnonzero(np.isfinite(case.curves.loss))
    steps = np.diff(case.curves.loss[known])
    if not len(steps) or steps.max() <= 0:
        return ()
    rows = sorted(np.argsort(steps)[-3:].tolist())
    epochs = tuple(int(case.curves.epochs[known[row + 1]]) for row in rows if steps[row] > 0)
    return (Evidence("largest_rise_of_loss", float(steps.max()), epochs),)


SYMPTOM = Symptom("oscillating", needs=(), least_epochs=5, describe=describe, possible=possible)
