"""From scores to probabilities that mean what they say, fitted on scores for images that the model had not seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from artifact.card import Calibration
from training.evaluation import clustering, scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold

Floats = NDArray[np.float64]

PRIOR = 4.0
"""Strength of the prior that the scores are right as they are: nats for a scale off by a factor e, or an offset of 1.

The prior stands for what is known of regularised logistic regression before any data; with a hundred images it hardly
counts, with ten it keeps the scale from running away.
"""

STEPS, LEAST, PRECISION = 100, 1e-6, 1e-13
"""Newton's steps at most, the least part of one that is tried, and what a step must gain for another to be made."""


def fit(logits: Floats, labels: NDArray[np.int64], groups: Groups, prior: float = PRIOR) -> Calibration:
    """Fit Platt scaling (Platt 1999) to out-of-fold logits, `[repeats, n]`, towards leaving them as they are.

    Minimises the log loss summed over the images, plus the prior on log(slope) and intercept; each image counts once,
    whatever the number of repeats. Where groups were told, the images count for as many independent ones as they
    are worth.
    With hardly any `prior`, hardly any calibration has a lower loss on these images.
    """
    weight = _worth(logits, labels, groups) / len(labels) if groups.told else 1.0
    log_slope, intercept = _minimise(logits, labels, weight, prior)
    return Calibration(slope=float(np.exp(log_slope)), intercept=float(intercept))


def _minimise(logits: Floats, labels: NDArray[np.int64], weight: float, prior: float) -> Floats:
    """Return the logarithm of the slope and the intercept of the least cost, by Newton's steps from 0 and 0.

    A step is halved while it does not descend; where the cost is not convex, the curvature is that of Gauss and Newton.
    """

    def cost(at: Floats) -> float:
        with np.errstate(over="ignore"):  # a step too far has an infinite cost, and is halved
            losses = scores.log_losses(np.exp(at[0]) * logits + at[1], labels)
        return float(weight * losses.sum() + prior * (at @ at))

    found = np.zeros(2)
    reached = cost(found)
    for _ in range(STEPS):
        step = _step(found, logits, labels, weight / len(logits), prior)
        size = 1.0
        while not (proposed := cost(found + size * step)) <= reached and size > LEAST:
            size /= 2
        if not proposed <= reached:
            break
        found, gained, reached = found + size * step, reached - proposed, proposed
        if gained <= PRECISION * max(1.0, reached):
            break
    return found


def _step(at: Floats, logits: Floats, labels: NDArray[np.int64], weight: float, prior: float) -> Floats:
    scaled = np.exp(at[0]) * logits
    probabilities = scores.sigmoid(scaled + at[1])
    residual, curvature = probabilities - labels, probabilities * (1 - probabilities)
    slope = weight * np.array([(residual * scaled).sum(), residual.sum()]) + 2 * prior * at
    across, bent = (curvature * scaled).sum(), weight * float((residual * scaled).sum())
    second = weight * np.array([[(curvature * scaled**2).sum(), across], [across, curvature.sum()]])
    second += 2 * prior * np.eye(2)
    exact = second + np.diag([bent, 0.0])
    convex = exact[0, 0] > 0 and exact[0, 0] * exact[1, 1] > exact[0, 1] ** 2
    return np.asarray(-np.linalg.solve(exact if convex else second, slope))


def cross(logits: Floats, labels: NDArray[np.int64], folds: Sequence[Fold], groups: Groups) -> Floats:
    """Return out-of-fold logits calibrated without looking at the images of their own fold, `[repeats, n]`.

    These show what calibration brings on new images; the final calibration is fitted on all.
    """
    calibrated = np.full_like(logits, np.nan)
    for fold in folds:
        if fold.repeat < len(logits):
            others = fit(logits[:, fold.train], labels[fold.train], groups[fold.train])
            calibrated[fold.repeat, fold.validation] = apply(logits[fold.repeat, fold.validation], others)
    return calibrated


def _worth(logits: Floats, labels: NDArray[np.int64], groups: Groups) -> float:
    return clustering.worth(groups, clustering.correlation(scores.hits(logits, labels), groups))


def apply(logits: Floats, calibration: Calibration) -> Floats:
    """Return the calibrated logits, slope * logit + intercept."""
    return np.asarray(calibration.slope * logits + calibration.intercept)
