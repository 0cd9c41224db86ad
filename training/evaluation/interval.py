"""95 % intervals for what a cross-validation measures on few images.

Each image counts once, however often the cross-validation was repeated: repeats make the estimate steadier, but they
add no images.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""
AT_ONCE = 1_000_000
"""Images drawn at once for the bootstrap, which bounds the memory."""


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


def proportion(share: float, n: int, inflation: float = 1.0) -> Estimate:
    """Return the Wilson score interval (Wilson 1927; Brown, Cai and DasGupta 2001) of a share of `n` images.

    `inflation` multiplies the variance, where the images were not judged independently of each other.
    """
    square, worth = Z95**2, n / inflation
    centre = (share + square / (2 * worth)) / (1 + square / worth)
    half = Z95 * math.sqrt(share * (1 - share) / worth + square / (4 * worth * worth)) / (1 + square / worth)
    return Estimate(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)), n, "Wilson score")


def ranking(auroc: float, negatives: int, positives: int, inflation: float = 1.0) -> Estimate:
    """Return the score interval of an area under the ROC curve (Newcombe 2006, method 5).

    The ends are the areas from which the measured one is 1.96 standard errors away, where the standard error is that of
    Hanley and McNeil (1982) at that area; like Wilson's, it has a width even where every pair is ranked right.
    `inflation` multiplies the variance, where the scores were not made independently of each other.
    """
    half = (negatives + positives) / 2 - 1

    def surprise(area: float) -> float:
        inner = 1 + half * ((1 - area) / (2 - area) + area / (1 + area))
        variance = inflation * area * (1 - area) * inner / (negatives * positives)
        return abs(area - auroc) - Z95 * math.sqrt(max(0.0, variance))

    # at 0 and 1 an area has no standard error, so a measured 0 or 1 is itself a root, and not the one sought
    low = brentq(surprise, 0.0, min(auroc, 1 - 1e-9)) if auroc > 0 else 0.0
    high = brentq(surprise, max(auroc, 1e-9), 1.0) if auroc < 1 else 1.0
    return Estimate(auroc, float(low), float(high), negatives + positives, "Newcombe score")


def average(losses: NDArray[np.float64], groups: NDArray[np.int64], seed: int, draws: int = 2000) -> Estimate:
    """Return the bootstrap interval of a mean over images, drawing whole groups (Davison and Hinkley 1997).

    The percentiles are moved out, as far as Student's interval is wider than the normal one with the bootstrap's narrow
    standard error, without which the interval of a dozen images is too short (Hesterberg 2015, section 5.3).
    """
    numbers, members = np.unique(groups, return_inverse=True)
    totals = np.bincount(members, weights=losses)
    sizes = np.bincount(members).astype(np.float64)
    n, generator = len(numbers), np.random.default_rng(seed)
    means = np.empty(draws)
    at_once = max(1, AT_ONCE // n)
    for start in range(0, draws, at_once):
        drawn = generator.integers(n, size=(min(at_once, draws - start), n))
        means[start : start + at_once] = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tail = norm.cdf(student.ppf(0.025, n - 1) * math.sqrt(n / (n - 1))) if n > 1 else 0.0
    low, high = np.quantile(means, [tail, 1 - tail])
    return Estimate(float(losses.mean()), float(low), float(high), n, f"bootstrap, {draws:,} draws")


def shifted(estimate: Estimate, optimism: float, note: str) -> Estimate:
    """Return an estimate of losses less the optimism that it has, never below 0."""
    value, low, high = (max(0.0, number - optimism) for number in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high, estimate.n, estimate.method + note)


def noted(estimate: Estimate, note: str) -> Estimate:
    """Return an estimate with more said of its method."""
    return replace(estimate, method=estimate.method + note)
