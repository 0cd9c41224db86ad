"""Where a curve is going: how much of its fall is done, and whether it is still falling at the end."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.robust import Array, finite, level, log_ratio, monotony, noise, part, slope

_NAMES = (
    "fall",
    "fall_in_noise",
    "late_slope",
    "late_slope_over_level",
    "late_monotony",
    "end_slope",
    "end_slope_over_level",
    "end_monotony",
    "first_half_share",
    "half_way",
    "curvature",
)


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return trends of both losses and of both accuracies."""
    return {
        **_trend("loss", curves.loss),
        **_trend("val_loss", curves.val_loss),
        "accuracy_late_gain": _gain(curves.accuracy),
        "val_accuracy_late_gain": _gain(curves.val_accuracy),
        "accuracy_late_monotony": _monotony(curves.accuracy),
        "val_accuracy_late_monotony": _monotony(curves.val_accuracy),
    }


def _trend(name: str, values: Array | None) -> dict[str, float]:
    known = finite(values) if values is not None else np.empty(0)
    if len(known) < 4:
        return {f"{name}_{end}": math.nan for end in _NAMES}
    late, end = part(known, 0.5, 1.0, least=4), part(known, 0.7, 1.0, least=4)
    start, middle, final = (level(part(known, a, b, least=2)) for a, b in ((0, 0.1), (0.45, 0.55), (0.85, 1)))
    fall = start - final
    per_run = slope(late) * len(known)
    end_per_run = slope(end) * len(known)
    numbers = (
        log_ratio(final, start),
        fall / max(noise(known), 1e-6),
        per_run,
        per_run / max(level(late), 1e-7),
        monotony(late),
        end_per_run,
        end_per_run / max(level(end), 1e-7),
        monotony(end),
        (start - middle) / fall if abs(fall) > 1e-9 else math.nan,
        _half_way(known, start, final),
        end_per_run - per_run,
    )
    return {f"{name}_{end}": _bounded(number) for end, number in zip(_NAMES, numbers, strict=True)}


def _half_way(values: Array, start: float, final: float) -> float:
    """Return the share of the run after which half of the fall was done."""
    if start <= final:
        return 1.0
    return float(np.argmax(values <= (start + final) / 2)) / len(values)


def _gain(values: Array | None) -> float:
    if values is None:
        return math.nan
    return level(part(values, 0.8, 1.0, least=2)) - level(part(values, 0.4, 0.6, least=2))


def _monotony(values: Array | None) -> float:
    return math.nan if values is None else monotony(part(values, 0.5, 1.0, least=4))


def _bounded(number: float) -> float:
    return max(-1e4, min(1e4, number))
