"""From scores to probabilities that mean what they say, fitted on scores for images that the model had not seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

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


def fit(logits: Floats, labels: NDArray[np.int64], groups: Groups, prior: float = PRIOR) -> Calibration:
    """Fit Platt scaling (Platt 1999) to out-of-fold logits, `[repeats, n]`, towards leaving them as they are.

    Minimises the log loss summed over the images, plus the prior on log(slope) and intercept; each image counts once,
    whatever the number of repeats. Where groups were told, the images count for as many independent ones as they
    are worth.
    With hardly any `prior`, hardly any calibration has a lower loss on these images.
    """
    weight = _worth(logits, labels, groups) / len(labels) if groups.told else 1.0

    def cost(parameters: Floats) -> float:
        log_slope, intercept = parameters
        losses = scores.log_losses(np.exp(log_slope) * logits + intercept, labels)
        return float(weight * losses.sum() + prior * (log_slope**2 + intercept**2))

    log_slope, intercept = minimize(cost, np.zeros(2), method="BFGS").x
    return Calibration(slope=float(np.exp(log_slope)), intercept=float(intercept))


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
