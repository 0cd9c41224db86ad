"""How a curve moves: its noise, its swings, and whether it gets anywhere."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.robust import (
    Array,
    finite,
    level,
    log_ratio,
    noise,
    part,
    path_over_net,
    sign_changes,
    spread,
)

_NAMES = (
    "noise_over_guess",
    "noise_over_level",
    "noise_over_fall",
    "spread_over_level",
    "late_spread_over_level",
    "late_spread_over_guess",
    "sign_changes",
    "late_sign_changes",
    "path_over_net",
    "late_path_over_net",
    "largest_rise",
    "largest_late_rise",
    "rises",
    "shape",
)


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return measures of movement for both losses, and of accuracy against what counting noise explains."""
    return {
        **_movement("loss", curves.loss),
        **_movement("val_loss", curves.val_loss),
        "accuracy_swing_z": _swing(curves.accuracy, context.n_train),
        "val_accuracy_swing_z": _swing(curves.val_accuracy, context.n_val),
    }


def _movement(name: str, values: Array | None) -> dict[str, float]:
    known = finite(values) if values is not None else np.empty(0)
    if len(known) < 4:
        return {f"{name}_{end}": math.nan for end in _NAMES}
    late = part(known, 0.5, 1.0, least=4)
    fall = abs(level(part(known, 0.0, 0.1)) - level(part(known, 0.8, 1.0, least=3)))
    rises = np.diff(known)
    numbers = (
        log_ratio(noise(known), 1.0),
        log_ratio(noise(known), level(known)),
        log_ratio(noise(late), fall),
        log_ratio(spread(known), level(known)),
        log_ratio(spread(late), level(late)),
        log_ratio(spread(late), 1.0),
        sign_changes(known),
        sign_changes(late),
        math.log10(path_over_net(known)),
        math.log10(path_over_net(late)),
        log_ratio(float(rises.max()), 1.0),
        log_ratio(float(np.diff(late).max()), 1.0),
        float(np.mean(rises > 0.15 * level(known))),
        log_ratio(noise(known), spread(known)),
    )
    return {f"{name}_{end}": number for end, number in zip(_NAMES, numbers, strict=True)}


def _swing(values: Array | None, images: int | None) -> float:
    # Drawing the same number of images anew each epoch would move accuracy by sqrt(p (1 - p) / n).
    if values is None or not images or len(finite(values)) < 4:
        return math.nan
    late = part(values, 0.5, 1.0, least=4)
    share = min(max(level(late), 1 / (images + 2)), 1 - 1 / (images + 2))
    return spread(late) / math.sqrt(share * (1 - share) / images)
