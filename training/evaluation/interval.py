"""95 % intervals for what a cross-validation measures on few images.

Each image counts once, however often the cross-validation was repeated: repeats make the estimate steadier, but they
add no images.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from training.evaluation import roots
from training.evaluation.groups import Groups

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""
EDGE = 1e-9
"""Nearer to 0 or 1, an area is at the end of the scale."""
USUAL, USUAL_WEIGHT = 2.0, 10.0
"""Deviation of losses over their mean, as many sets of images have it, and the images that it counts for."""


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
    low = roots.find(surprise, 0.0, min(auroc, 1 - EDGE)) if auroc > EDGE else 0.0
    high = roots.find(surprise, max(auroc, EDGE), 1.0) if auroc < 1 - EDGE else 1.0
    return Estimate(auroc, low, high, negatives + positives, "Newcombe score")


def loss(losses: NDArray[np.float64], groups: Groups, inflation: float = 1.0, mistake: float = 0.0) -> Estimate:
    """Return the interval of a mean loss, symmetric on the scale of logarithms, where whole groups count as one.

    Of a few images the rare large losses are mostly missing, so that the deviation that they show is too small. What is
    usual counts beside it as `USUAL_WEIGHT` images do: a deviation of `USUAL` times the mean (as Smyth 2004 draws
    variances together). `inflation` multiplies the variance, where the images were not judged independently.

    However little was lost, mistakes that these images did not show may be as frequent as 3 in `count` (the rule of
    three, Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right?", JAMA); each costs a
    `mistake` at least, and the upper end is never below that.
    """
    count, mean = groups.count, float(losses.mean())
    least = mean + mistake * (1 - 0.05 ** (1 / count))
    if not mean > 0:
        return Estimate(mean, mean, least, count, "none: nothing was lost")
    excess = groups.sum(losses - mean) * count / len(losses)  # of each group, in images
    freedom = USUAL_WEIGHT + count - 1
    variance = (USUAL_WEIGHT * (USUAL * mean) ** 2 + float(excess @ excess)) / freedom
    error = math.sqrt(inflation * variance / count)
    factor = math.exp(float(stdtrit(freedom, 0.975)) * error / mean)
    return Estimate(mean, mean / factor, max(mean * factor, least), count, "Student's t on logarithms, moderated")


def of_all(estimate: Estimate, best: float, learned: float) -> Estimate:
    """Extend the better end to what a model may reach that learns from all images, where folds left some out.

    A cross-validation measures models of fewer images, so it is pessimistic by what the others would have brought
    (Hastie, Tibshirani and Friedman 2009, section 7.10). What an end lacks to `best` falls no faster than in proportion
    to the images, as it does where nothing but images is missing (Blumer et al. 1989). The value is left as measured.

    Args:
        estimate: Of models that learned from a share of the images.
        best: The best value there is: 1 of an accuracy or an area, 0 of a loss.
        learned: That share, the mean over the folds.
    """
    if best > 0:
        return replace(estimate, high=best - (best - estimate.high) * learned)
    return replace(estimate, low=estimate.low * learned)


def at_most(estimate: Estimate, most: float) -> Estimate:
    """Return an estimate that ends where its measure does, as logarithms do not: a Brier score is never above 1."""
    return replace(estimate, high=min(estimate.high, most))


def shifted(estimate: Estimate, optimism: float, note: str) -> Estimate:
    """Return an estimate of losses less the optimism that it has, never below 0."""
    value, low, high = (max(0.0, number - optimism) for number in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high, estimate.n, estimate.method + note)


def noted(estimate: Estimate, note: str) -> Estimate:
    """Return an estimate with more said of its method."""
    return replace(estimate, method=estimate.method + note)
