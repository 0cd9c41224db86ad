"""95 % intervals for what a cross-validation measures on few images.

Each image counts once, however often the cross-validation was repeated: repeats make the estimate steadier, but they
add no images.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Estimate:
    """A measured quantity with its 95 % interval.

    Attributes:
        value: The estimate.
        low: Lower end of the interval.
        high: Upper end of the interval.
        n: Independent images behind it.
        method: How the interval was made.
    """

    value: float
    low: float
    high: float
    n: int
    method: str


def proportion(share: float, n: int) -> Estimate:
    """Return the Wilson score interval (Wilson 1927; Brown, Cai and DasGupta 2001) of a share of `n` images."""
    square = Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Estimate(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)), n, "Wilson score")


def ranking(auroc: float, negatives: int, positives: int) -> Estimate:
    """Return an interval for an area under the ROC curve.

    The variance is that of Hanley and McNeil (1982), taken at the value that Laplace's rule moves off the ends so
    that a perfect ranking of few images has an interval too; the interval is made on the logit scale and so stays
    within 0 to 1 (Pepe 2003).
    """
    pairs = negatives * positives
    inner = (auroc * pairs + 1) / (pairs + 2)
    first, second = inner / (2 - inner), 2 * inner**2 / (1 + inner)
    variance = inner * (1 - inner) + (positives - 1) * (first - inner**2) + (negatives - 1) * (second - inner**2)
    spread = Z95 * math.sqrt(variance / pairs) / (inner * (1 - inner))
    middle = math.log(inner / (1 - inner))
    low, high = (1 / (1 + math.exp(-(middle + sign * spread))) for sign in (-1, 1))
    return Estimate(auroc, min(auroc, low), max(auroc, high), negatives + positives, "Hanley-McNeil, logit scale")


def average(losses: NDArray[np.float64], groups: NDArray[np.int64], seed: int, draws: int = 2000) -> Estimate:
    """Return the bootstrap interval of a mean over images, drawing whole groups (Davison and Hinkley 1997)."""
    numbers, members = np.unique(groups, return_inverse=True)
    totals = np.bincount(members, weights=losses)
    sizes = np.bincount(members).astype(np.float64)
    drawn = np.random.default_rng(seed).integers(len(numbers), size=(draws, len(numbers)))
    means = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(losses.mean()), float(low), float(high), len(numbers), f"bootstrap, {draws:,} draws")
