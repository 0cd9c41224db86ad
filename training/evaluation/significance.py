"""Two tests of whether two sets differ, as `scipy.stats` has them, which takes most of a second to import."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr

from training.evaluation import scores

Floats = NDArray[np.float64]

TIE = 1e-9
"""By which share two tables that are as likely may differ for being rounded."""
FEW = 8
"""Values of one set up to which the distribution of ranks is counted out, where no two values are the same."""


def fisher(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the two-sided p value of Fisher's exact test on two rows of two counts.

    It is the share of the tables of the same sums that are as unlikely as this one or more so (Fisher 1935).
    """
    columns, rows = first[0] + second[0], (sum(first), sum(second))
    cells = np.arange(max(0, columns - rows[1]), min(rows[0], columns) + 1)  # what may stand in the place of the first
    table = (cells, rows[0] - cells, columns - cells, rows[1] - columns + cells)
    logs = -np.sum([gammaln(1 + part) for part in table], axis=0)
    likely = np.exp(logs - logs.max())
    own = likely[cells == first[0]]
    return float(min(1.0, likely[likely <= own * (1 + TIE)].sum() / likely.sum()))


def mann_whitney(first: Floats, second: Floats) -> tuple[float, float]:
    """Return the share of pairs in which the first is higher, a tie being half, and the two-sided p value.

    Of `FEW` values without ties it is exact (Mann and Whitney 1947), else normal with corrections for ties and
    continuity (Lehmann 1975).
    """
    values = np.concatenate([first, second])
    sizes = len(first), len(second)
    area = scores.auroc(values[None], (np.arange(len(values)) < sizes[0]).astype(np.int64))
    pairs, count = sizes[0] * sizes[1], len(values)
    most = max(area, 1 - area) * pairs
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    if min(sizes) <= FEW and ties.max() == 1:
        ways = _count_out(min(sizes), max(sizes))
        return area, float(min(1.0, 2 * ways[round(most) :].sum() / ways.sum()))
    variance = pairs / 12 * (count + 1 - (ties**3 - ties).sum() / (count * (count - 1)))
    if variance <= 0:
        return area, 1.0
    return area, float(min(1.0, 2 * ndtr(-(most - pairs / 2 - 0.5) / np.sqrt(variance))))


def _count_out(fewer: int, more: int) -> Floats:
    """Return in how many orders of two sets each number of pairs has the first higher, `[fewer * more + 1]`.

    They are the coefficients of a Gaussian binomial, the product of (1 - q^(more + i)) / (1 - q^i).
    """
    ways = np.zeros(fewer * more + 1)
    ways[0] = 1.0
    for factor in range(1, fewer + 1):
        ways[more + factor :] -= ways[: len(ways) - more - factor].copy()
        for start in range(factor):
            ways[start::factor] = np.cumsum(ways[start::factor])
    return ways
