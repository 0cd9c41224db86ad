"""The difference of two shares that were measured on the same images: which of two models is right more often."""

import math

import numpy as np
from numpy.typing import NDArray

from training.evaluation import roots
from training.evaluation.interval import Z95, Estimate

EDGE = 1e-9


def difference(gains: NDArray[np.float64], inflation: float = 1.0) -> Estimate:
    """Return the mean gain with its 95 % score interval (Tango 1998, "Equivalence test and confidence interval for the
    difference in proportions for the paired-sample design", Statistics in Medicine).

    It holds where all images agree too: of ten images that both are right on, one may still differ.

    Args:
        gains: For each image 1 where the second is right and the first wrong, -1 where it is the other way round, 0
            where they agree; a fraction where several answers of one were averaged, `[n]`.
        inflation: What multiplies the variance, where the images were not judged independently.
    """  # noqa: D205 - the reference is part of the sentence
    n = len(gains) / inflation
    won, lost = n * float(np.clip(gains, 0, 1).mean()), n * float(np.clip(-gains, 0, 1).mean())
    mean = float(gains.mean())

    def surprise(delta: float) -> float:
        return abs(mean - delta) - Z95 * _standard_error(won, lost, n, delta)

    low = roots.find(surprise, -1 + EDGE, mean) if surprise(-1 + EDGE) > 0 > surprise(mean) else -1.0
    high = roots.find(surprise, mean, 1 - EDGE) if surprise(1 - EDGE) > 0 > surprise(mean) else 1.0
    return Estimate(mean, low, high, len(gains), "Tango score, paired")


def _standard_error(won: float, lost: float, n: float, delta: float) -> float:
    """Return the standard error of the difference if it is `delta`, with the likeliest share of losses for that."""
    a, b = 2 * n, -won - lost + (2 * n - won + lost) * delta
    losses = (math.sqrt(max(0.0, b * b + 4 * a * lost * delta * (1 - delta))) - b) / (2 * a)
    return math.sqrt(max(0.0, 2 * losses + delta * (1 - delta)) / n)
