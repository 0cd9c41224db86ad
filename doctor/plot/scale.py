"""Axes: which part of the numbers is shown, linear or logarithmic, and where the ticks are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from doctor.plot.lines import Line

_LOG_FROM = 50.0
"""Ratio of the largest to the smallest loss from which the axis is logarithmic."""


@dataclass(frozen=True)
class Scale:
    """Maps values from `low` to `high` onto pixels from `start` to `stop`."""

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of `value`, kept inside the axis."""
        low, high, at = (_log(v) if self.logarithmic else v for v in (self.low, self.high, value))
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.stop - self.start)

    def ticks(self) -> list[float]:
        """Return three to seven round values inside the axis."""
        if self.logarithmic:
            first, last = math.ceil(_log(self.low)), math.floor(_log(self.high))
            stride = max(1, math.ceil((last - first + 1) / 6))
            return [10.0**power for power in range(first, last + 1, stride)]
        step = _round_step((self.high - self.low) / 4 or 1.0)
        first = math.ceil(self.low / step - 1e-9)
        return [i * step for i in range(first, first + 8) if i * step <= self.high * (1 + 1e-9) + 1e-12]


def loss_scale(lines: Sequence[Line], start: float, stop: float) -> Scale:
    """Return an axis for losses: from 0, or logarithmic where they span several orders of size."""
    known = _known(lines)
    positive = known[known > 0]
    low, high = (float(positive.min()), float(positive.max())) if len(positive) else (0.0, 1.0)
    if high > _LOG_FROM * low:
        return Scale(max(low, 1e-7) / 1.3, high * 1.3, start, stop, logarithmic=True)
    return Scale(min(0.0, float(known.min(initial=0.0))), high * 1.06, start, stop)


def accuracy_scale(lines: Sequence[Line], start: float, stop: float) -> Scale:
    """Return an axis for accuracies, to 1, from 0 or from a half where nothing lies below."""
    known = _known(lines)
    return Scale(0.5 if len(known) and known.min() >= 0.5 else 0.0, 1.0, start, stop)


def _known(lines: Sequence[Line]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    parts = [part for line in lines for part in (line.middle, line.low, line.high) if part is not None]
    together = np.concatenate(parts) if parts else np.empty(0)
    return together[np.isfinite(together)]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def _log(value: float) -> float:
    return math.log10(max(value, 1e-12))
