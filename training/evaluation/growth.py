"""How much better more images would make a model, told from what fewer of them would have brought.

The error falls with the number of images as an inverse power law above a floor that more images do not lower (Hestness
et al. 2017, "Deep Learning Scaling is Predictable, Empirically"; Figueroa et al. 2012, "Predicting sample size required
for classification performance"). A few dozen images do not tell exponent and floor, so neither is fitted: both are
drawn from what they are in many sets of images, and weighed by how well they explain the nested cross-validation at
hand (importance weights on a grid). All sizes are measured on the same images, so what weighs is the paired difference
from the largest size, with the covariance of these differences; the level has the uncertainty of the estimate itself.
`benchmarks.growth` measures how often the intervals hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from artifact.report.drawing import Expected
from training.evaluation.groups import Groups

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

EXPONENT, EXPONENT_SPREAD = 0.5, 0.6
"""Median of the exponent over sets of images, and the spread of its logarithm."""
FLOOR = (1.0, 2.0)
"""Of the beta distribution of the share of today's error that no number of images takes away."""
USUAL_VARIANCE, USUAL_WEIGHT = 0.1, 10.0
"""Of one image's difference between two sizes, and the images that this counts for beside those at hand."""
SHARED = 0.5
"""Correlation of two such differences beforehand: they have the largest size in common."""
INFLATION = 1.6
"""As in `choosing`: models that share images err alike."""
LUCK = 0.1
"""Deviation of the logarithm of the error between one draw of training images and another."""
CLEAR = 2.0
"""Standard errors by which one class must be told wrong more often than the other."""
_STEPS = {"error": 41, "exponent": 15, "floor": 11, "luck": 7}


@dataclass(frozen=True)
class Measured:
    """A learning curve as it was measured, the largest size last.

    Attributes:
        sizes: Images that the models of a point learned from, in the mean over its folds, `[sizes]`.
        hits: Share of the repeats in which each image was told right, `[sizes, n]`.
        groups: What each image belongs to.
    """

    sizes: Floats
    hits: Floats
    groups: Groups


@dataclass(frozen=True)
class Level:
    """What is known of the largest size: the share told right, and how many independent images it is worth."""

    share: float
    worth: float


def extrapolate(measured: Measured, level: Level, guess: float, targets: Sequence[int]) -> list[Expected]:
    """Return what to expect of models of other numbers of images.

    Args:
        measured: What smaller draws of the images at hand brought.
        level: What the images at hand brought.
        guess: Share told right by always giving the more frequent class; no size is taken to be worse.
        targets: Numbers of images.
    """
    errors, exponents, floors, luck = (_axis(name, level) for name in _STEPS)
    grid = np.ix_(errors, exponents, floors)
    weights = _weigh(measured, grid, 1 - guess)
    found = []
    for target in targets:
        ratio = float(target / measured.sizes[-1])
        left = _error(ratio, *grid)
        lucky = np.minimum(left[..., None] * np.exp(LUCK * luck), 1 - guess)
        low, high = 1 - _quantiles(lucky, weights[..., None] * np.exp(-0.5 * luck**2), (0.975, 0.025))
        (kept,) = _quantiles(left / grid[0], weights, (0.5,))
        value = 1 - (1 - level.share) * kept
        found.append(Expected(int(target), float(np.clip(value, low, high)), float(low), float(high)))
    return found


def weakest(hits: Floats, labels: Labels, inflation: float) -> int | None:
    """Return the class of which more images help most, by its errors; None where the classes do not differ for sure.

    In `benchmarks.growth` the class that is told wrong more often, by two standard errors, is the one whose images
    lower the loss of both classes more; drawing fewer images of one class at a time told it no better than chance.

    Args:
        hits: Share of the repeats in which each image was told right, `[n]`.
        labels: 0 or 1, `[n]`.
        inflation: What multiplies the variance, where images were not judged independently.
    """
    errors, variances = [], []
    for label in (0, 1):
        count = int((labels == label).sum())
        error = float(1 - hits[labels == label].mean())
        spread = np.clip(error, 0.5 / count, 1 - 0.5 / count)
        errors.append(error)
        variances.append(inflation * spread * (1 - spread) / count)
    excess = errors[1] - errors[0]
    if abs(excess) < CLEAR * float(np.sqrt(sum(variances))):
        return None
    return int(excess > 0)


def _axis(name: str, level: Level) -> Floats:
    """Return points of equal probability beforehand; of the luck, points at equal steps."""
    quantiles = (np.arange(_STEPS[name]) + 0.5) / _STEPS[name]
    if name == "error":
        wrong, right = (1 - level.share) * level.worth, level.share * level.worth
        return np.asarray(betaincinv(wrong + 0.5, right + 0.5, quantiles))
    if name == "exponent":
        return np.asarray(EXPONENT * np.exp(EXPONENT_SPREAD * ndtri(quantiles)))
    if name == "floor":
        return np.asarray(betaincinv(*FLOOR, quantiles))
    return np.linspace(-2.5, 2.5, _STEPS[name])


def _error(ratio: float, errors: Floats, exponents: Floats, floors: Floats) -> Floats:
    """Return the error at a number of images that is so many times the largest size."""
    return np.asarray(errors * (floors + (1 - floors) * ratio**-exponents))


def _weigh(measured: Measured, grid: tuple[Floats, ...], most: float) -> Floats:
    """Return how well each point of the grid explains by how much smaller sizes did worse, `[points ...]`."""
    losses = measured.hits[-1] - measured.hits[:-1]
    observed = losses.mean(axis=1)
    covariance = _covariance(losses, measured.groups)
    expected = np.stack(
        [
            np.minimum(_error(float(size / measured.sizes[-1]), *grid), most) - np.minimum(grid[0], most)
            for size in measured.sizes[:-1]
        ],
        axis=-1,
    )
    off = expected - observed
    distance = np.einsum("...j,jk,...k->...", off, np.linalg.inv(covariance), off)
    return np.asarray(np.exp(-0.5 * (distance - distance.min())))


def _covariance(losses: Floats, groups: Groups) -> Floats:
    """Return the covariance of the mean differences, `[sizes, sizes]`, where groups count as one."""
    (kinds, images), count = losses.shape, groups.count
    excess = np.stack([groups.sum(row - row.mean()) for row in losses]) * count / images
    usual = USUAL_VARIANCE * (SHARED + (1 - SHARED) * np.eye(kinds))
    single = (USUAL_WEIGHT * usual + excess @ excess.T) / (USUAL_WEIGHT + count - 1)
    return np.asarray(INFLATION * single / count)


def _quantiles(values: Floats, weights: Floats, levels: tuple[float, ...]) -> Floats:
    order = np.argsort(values, axis=None)
    heights = np.broadcast_to(weights, values.shape).ravel()[order]
    reached = (np.cumsum(heights) - heights / 2) / heights.sum()
    return np.asarray(np.interp(levels, reached, values.ravel()[order]))
