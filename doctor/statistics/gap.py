"""How far validation stands from training, when the distance opened, and whether that is more than chance."""

from __future__ import annotations

import math

import numpy as np

from doctor.context import Context
from doctor.curves import Curves
from doctor.scale import Scale
from doctor.statistics.levels import last
from doctor.statistics.robust import Array, level, log_ratio, monotony, noise, part

_LOSS_NAMES = (
    "loss_gap",
    "loss_gap_ratio",
    "early_loss_gap",
    "middle_loss_gap",
    "loss_gap_growth",
    "val_loss_rise",
    "val_loss_rise_ratio",
    "val_loss_rise_in_noise",
    "val_loss_least_at",
    "loss_gap_at_least",
    "val_loss_after_least",
    "losses_move_together",
    "val_fall_over_fall",
)
_ACCURACY_NAMES = (
    "accuracy_gap",
    "accuracy_gap_z",
    "early_accuracy_gap",
    "early_accuracy_gap_z",
    "val_accuracy_drop",
    "val_accuracy_when_fitted",
    "fitted_at",
    "val_errors",
)


def measure(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    """Return the gaps in loss (in units of the cost of guessing) and in accuracy."""
    return {**_loss_gaps(curves), **_accuracy_gaps(curves, context, scale)}


def _loss_gaps(curves: Curves) -> dict[str, float]:
    if curves.val_loss is None or np.isfinite(curves.val_loss + curves.loss).sum() < 4:
        return dict.fromkeys(_LOSS_NAMES, math.nan)
    both = np.isfinite(curves.val_loss) & np.isfinite(curves.loss)
    loss, val_loss = curves.loss[both], curves.val_loss[both]
    gap = val_loss - loss
    smooth = _smoothed(val_loss)
    least = int(np.argmin(smooth))
    final, lowest = last(val_loss), float(smooth[least])
    fall, val_fall = loss[0] - last(loss), val_loss[0] - final
    numbers = (
        final - last(loss),
        log_ratio(final, last(loss)),
        level(part(gap, 0, 0.1, least=2)),
        level(part(gap, 0.4, 0.6, least=2)),
        monotony(gap),
        final - lowest,
        log_ratio(final, lowest),
        (final - lowest) / max(noise(val_loss), 1e-4),
        least / len(val_loss),
        float(gap[least]),
        monotony(val_loss[least:]),
        _correlation(loss, val_loss),
        val_fall / max(abs(fall), 0.01),
    )
    return {name: _bounded(number) for name, number in zip(_LOSS_NAMES, numbers, strict=True)}


def _accuracy_gaps(curves: Curves, context: Context, scale: Scale) -> dict[str, float]:
    train, val = curves.accuracy, curves.val_accuracy
    if train is None or val is None or not np.isfinite(train + val).any():
        return dict.fromkeys(_ACCURACY_NAMES, math.nan)
    both = np.isfinite(train) & np.isfinite(val)
    train, val = train[both], val[both]
    gap = last(train) - last(val)
    images = 1 / max(context.n_val or 50, 1) + 1 / max(context.n_train or 200, 1)
    early = level(part(train - val, 0, 0.15, least=2))
    guess = 1 / scale.classes if scale.classes else 0.0
    fitted = np.flatnonzero(train >= guess + 0.9 * (last(train) - guess))
    first = int(fitted[0]) if len(fitted) else len(train) - 1
    numbers = (
        gap,
        gap / _deviation((last(train) + last(val)) / 2, images),
        early,
        early / _deviation(level(part((train + val) / 2, 0, 0.15, least=2)), images),
        float(_smoothed(val).max()) - last(val),
        level(val[first : first + 3]) - last(train),
        first / len(train),
        (1 - last(val)) * context.n_val if context.n_val else math.nan,
    )
    return dict(zip(_ACCURACY_NAMES, numbers, strict=True))


def _deviation(share: float, images: float) -> float:
    """Return the sampling error of a difference of two shares around `share`; `images` is the sum of 1 / n of both."""
    share = min(max(share, 0.02), 0.98)
    return math.sqrt(share * (1 - share) * images)


def _smoothed(values: Array) -> Array:
    """Return the running median of three."""
    if len(values) < 3:
        return values
    padded = np.concatenate([values[:1], values, values[-1:]])
    return np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)  # type: ignore[no-any-return]


def _correlation(first: Array, second: Array) -> float:
    """Return the rank correlation (Spearman), 0 where a curve is constant."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    ranks = [np.argsort(np.argsort(values)) - (len(values) - 1) / 2 for values in (first, second)]
    return float(ranks[0] @ ranks[1] / (ranks[0] @ ranks[0]))


def _bounded(number: float) -> float:
    return max(-1e4, min(1e4, number))
