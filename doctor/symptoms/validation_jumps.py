"""Validation loss jumps from epoch to epoch while training loss falls smoothly."""

from __future__ import annotations

import numpy as np

from doctor.case import Case
from doctor.findings import Cause, Change, Evidence, Finding, Remedy
from doctor.statistics.robust import finite, level, noise, spread
from doctor.symptoms.base import Symptom

_JUMP = 0.4
"""Epoch-to-epoch deviation of validation loss, over its level, from which it jumps."""
_CALM = 0.2
"""How many times calmer training loss is."""
_ILL = {"diverged", "constant_validation", "inference_differs", "validation_not_measured", "unlearned"}
_SMOOTH = -1.0
"""log10 of the late epoch-to-epoch deviation of training loss over its level, below which (a tenth) it is smooth."""
_MATTERS = 0.3
"""Largest rise, in units of guessing, below which nobody need worry."""


def present(case: Case, labels: tuple[str, ...]) -> bool:
    """Tell whether validation moves several times more than training, relative to its level, and by much."""
    val = case.curves.val_loss
    if val is None or _ILL & set(labels) or len(finite(val)) < 6:
        return False
    jumps = spread(finite(val)) / max(level(finite(val)), 1e-9)
    calm = noise(finite(case.curves.loss)) / max(level(finite(case.curves.loss)), 1e-9)
    return jumps > _JUMP and calm < _CALM and case["val_loss_largest_rise"] > np.log10(_MATTERS)


def describe(case: Case) -> Finding:
    """Name the epoch of the largest jump."""
    val = case.curves.val_loss if case.curves.val_loss is not None else case.curves.loss
    known = np.flatnonzero(np.isfinite(val))
    steps = np.diff(val[known])
    epoch = int(case.curves.epochs[known[int(np.argmax(steps)) + 1]]) if len(steps) else 1
    smooth = case["loss_late_spread_over_level"] < _SMOOTH
    rise = (Evidence("largest_rise_of_validation_loss", float(steps.max()), (epoch,)),) if len(steps) else ()
    return Finding(
        symptom="validation_jumps",
        severity="info",
        summary="Validation loss jumps from epoch to epoch"
        + (" while training loss moves smoothly" if smooth else ", far more than training loss")
        + f", most in epoch {epoch}.",
        evidence=(*rise, *case.final("loss"), *case.final("val_loss"), *case.fact("n_val", "batch_size")),
        causes=(
            Cause(
                "batch normalisation: moving statistics lag behind the weights",
                "training examples evaluated in inference mode jump too",
            ),
            Cause("a learning rate too high for the last layers", "a tenth of the rate calms validation"),
            Cause("few validation examples, some of them very wrong", "a few examples' losses make the jumps"),
        ),
        remedy=Remedy(
            (Change("learning_rate", "multiply", 0.3),),
            "Keep the weights of the best validation epoch; lower the rate, and use larger batches if layers normalise "
            "by the batch.",
        ),
    )


SYMPTOM = Symptom("validation_jumps", ("val_loss",), 6, describe, present)
