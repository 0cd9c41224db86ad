"""Losses that are sums over examples or batches, and how many times their mean they are."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from doctor.curves import Curves
from doctor.points import Array

_SUMMED = math.log10(6)
"""log10 of how many times what its accuracy costs a loss must be to be a sum."""
_ALIKE, _FOLLOWS, _RISES = 0.3, 0.9, 0.04
"""How alike (log10) that ratio is in all epochs; how closely the loss follows the accuracy (correlation of logarithms);
and the least rise of the accuracy that shows it."""
_USUALLY = -0.08
"""log10 of a mean loss over what its accuracy costs, in the median of real histories: some answers are surer."""
_LEAST_COST = 0.1
"""Share of guessing below which what an accuracy costs says little of the loss."""
_LEAST_EPOCHS = 4


def times_the_mean(curves: Curves, floor: Callable[[float], float], guess: float) -> tuple[float, float] | None:
    """Return how many times their mean both losses are, None where the training loss is no sum.

    A model that explodes, or a penalty, lifts a loss too, but not by one factor while the answers get better.

    Args:
        curves: Losses as they were written.
        floor: Accuracy -> what it costs a model that knows no more, in units of guessing.
        guess: What guessing costs, in nats.
    """
    ratio = _ratios(curves.loss, curves.accuracy, floor, guess)
    if ratio is None or not _one_factor(*ratio):
        return None
    val = _ratios(curves.val_loss, curves.val_accuracy, floor, guess)
    lowest = 0.0 if val is None else float(np.quantile(val[0], 0.1))  # overconfidence lifts validation later
    return 10 ** (float(np.median(ratio[0])) - _USUALLY), 10 ** (lowest - _USUALLY) if lowest > _SUMMED else 1.0


def _ratios(
    loss: Array | None, right: Array | None, floor: Callable[[float], float], guess: float
) -> tuple[Array, Array, Array] | None:
    """Return for each epoch that tells log10 of the loss over what its accuracy costs, that cost, and the accuracy."""
    if loss is None or right is None:
        return None
    known = np.isfinite(loss) & np.isfinite(right) & (loss > 0)
    cost = np.array([floor(share) for share in right[known].tolist()])
    telling = cost > _LEAST_COST
    if telling.sum() < _LEAST_EPOCHS:
        return None
    return np.log10(loss[known][telling] / (cost[telling] * guess)), cost[telling], right[known][telling]


def _one_factor(ratio: Array, cost: Array, right: Array) -> bool:
    low, high = np.quantile(ratio, [0.1, 0.9])
    loss = ratio + np.log10(cost)
    if low < _SUMMED or high - low > _ALIKE or right[-1] - right[0] < _RISES or np.ptp(loss) == 0 or np.ptp(cost) == 0:
        return False
    return bool(np.corrcoef(loss, np.log10(cost))[0, 1] > _FOLLOWS)
