"""The symptoms of DeepDiagnosis that show on curves (Wardat, Cruz, Le, Rajan: DeepDiagnosis, ICSE 2022).

Exploding tensor (a value that is not finite), loss not decreasing, accuracy not increasing. Its symptoms of weights,
activations and gradients (dead node, saturated activation, vanishing gradient, ...) need more than curves; loss that
does not decrease together with accuracy that does not increase is credited with any label of a run that does not learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.doctor.rivals.curves import Verdict, curve

PATIENCE = 5


def verdicts(run: dict[str, Any]) -> list[Verdict]:
    """Return the symptoms."""
    loss, accuracy = curve(run, "loss"), curve(run, "accuracy")
    if not np.isfinite(loss).all():
        return [("diverged",)]
    rises = bool(np.nanmin(loss[-PATIENCE:]) >= np.nanmin(loss[:-PATIENCE])) if len(loss) > PATIENCE else False
    stays = bool(np.nanmax(accuracy[-PATIENCE:]) <= np.nanmax(accuracy[:-PATIENCE])) if len(loss) > PATIENCE else False
    if rises and stays:
        return [
            ("flat_training", "oscillating", "constant_validation", "diverged", "underfitting", "imbalance_collapse")
        ]
    return [("oscillating", "diverged", "flat_training")] if rises else []
