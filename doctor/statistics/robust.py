"""Robust measures of one series: level, noise, slope, monotony. Each ignores NaN and survives outliers."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MAD_TO_SIGMA = 1.4826
"""Ratio of standard deviation to median absolute deviation for normal noise."""


def finite(values: Array) -> Array:
    """Return the finite values of `values`, in order."""
    kept: Array = values[np.isfinite(values)]
    return kept


def part(values: Array, start: float, stop: float, least: int = 1) -> Array:
    """Return the finite values between two fractions of the run, at least `least` of them where they exist."""
    length = len(values)
    first, last = math.floor(start * length), math.ceil(stop * length)
    if last - first < least:
        first, last = (max(0, last - least), last) if start > 0 else (0, min(length, least))
    return finite(values[first:last])


def level(values: Array) -> float:
    """Return the median, NaN for an empty series and for one with NaN; of few values `np.median` is very slow."""
    if not len(values):
        return math.nan
    ordered = np.sort(values)  # NaN last
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return math.nan if math.isnan(ordered[-1]) else float(middle)


def noise(values: Array) -> float:
    """Estimate the standard deviation of epoch-to-epoch noise, whatever smooth trend lies under it.

    Second differences cancel any locally straight trend; for independent noise their variance is six times the
    noise's. The median absolute deviation keeps single jumps from counting (difference-based estimators: Hall,
    Kay and Titterington, Biometrika 1990).
    """
    values = finite(values)
    if len(values) < 4:
        return math.nan
    second = np.diff(values, 2)
    return MAD_TO_SIGMA * level(np.abs(second)) / math.sqrt(6.0)


def spread(values: Array) -> float:
    """Return the standard deviation of the steps from one value to the next, divided by sqrt(2)."""
    values = finite(values)
    return float(np.sqrt(np.mean(np.diff(values) ** 2) / 2.0)) if len(values) > 1 else math.nan


def slope(values: Array, most: int = 60) -> float:
    """Return the Theil-Sen slope per position: the median of all pairwise slopes (Sen, JASA 1968)."""
    rows, kept = _positions(values, most)
    if len(kept) < 2:
        return math.nan
    first, second = np.triu_indices(len(kept), 1)
    return level((kept[second] - kept[first]) / (rows[second] - rows[first]))


def monotony(values: Array, most: int = 60) -> float:
    """Return the Mann-Kendall z statistic: +-2 or more is a trend that noise alone would hardly make."""
    _, kept = _positions(values, most)
    n = len(kept)
    if n < 4:
        return math.nan
    first, second = np.triu_indices(n, 1)
    score = float(np.sign(kept[second] - kept[first]).sum())
    deviation = math.sqrt(n * (n - 1) * (2 * n + 5) / 18.0)
    return (score - math.copysign(1.0, score)) / deviation if score else 0.0


def sign_changes(values: Array) -> float:
    """Return the share of steps that go against the step before: 2/3 for pure noise, 0 for a monotone curve."""
    steps = np.sign(np.diff(finite(values)))
    steps = steps[steps != 0]
    return float(np.mean(steps[1:] != steps[:-1])) if len(steps) > 1 else math.nan


def path_over_net(values: Array) -> float:
    """Return the length of the way divided by the net change: 1 for a monotone curve, large for swings."""
    values = finite(values)
    if len(values) < 2:
        return math.nan
    way = float(np.abs(np.diff(values)).sum())
    net = abs(level(values[-3:]) - level(values[:2]))
    return way / max(net, 1e-9 + 1e-3 * way) if way > 0 else 1.0


def log_ratio(numerator: float, denominator: float, floor: float = 1e-7) -> float:
    """Return log10 of a ratio of two losses, each taken as at least `floor` (Keras's epsilon)."""
    if not (math.isfinite(numerator) and math.isfinite(denominator)):
        return math.nan
    return math.log10(max(numerator, floor) / max(denominator, floor))


def _positions(values: Array, most: int) -> tuple[Array, Array]:
    rows = np.flatnonzero(np.isfinite(values))
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]
    return rows.astype(np.float64), values[rows]
