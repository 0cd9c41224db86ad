"""L2-regularised logistic regression solved exactly for many strengths at once, with leave-one-out scores for free.

On a few dozen images Newton's method takes milliseconds, and at its solution the score that each image would get from a
fit without it has a closed form (approximate leave-one-out; Rad and Maleki 2020, for groups the same formula in
blocks). `training.fitting.mixing` chooses by it how strongly to regularise and which features to trust; the head
itself is trained by gradient descent in `training.fitting.head`, and a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.scores import sigmoid

Floats = NDArray[np.float64]

INTERCEPT_RIDGE = 1e-4
"""A trace of regularisation on the intercept, which keeps it finite where the images are separable."""
STEPS = 30


@dataclass(frozen=True)
class Solutions:
    """One fit for each strength.

    Attributes:
        logits: Scores of the fitted images, `[strengths, n]`.
        left_out: Scores that each image would get from a fit without its group, `[strengths, n]`.
    """

    logits: Floats
    left_out: Floats


def solve(gram: Floats, labels: NDArray[np.int64], groups: NDArray[np.int64], strengths: Floats) -> Solutions:
    """Minimise the summed log loss + strength / 2 * |w|^2 for each strength.

    Args:
        gram: Inner products of the centred features, `[n, n]`.
        labels: 0 or 1, `[n]`.
        groups: Images with one number are left out together, `[n]`.
        strengths: Of the regularisation, `[strengths]`.
    """
    features = np.column_stack([_factor(gram), np.ones(len(gram))])  # [n, r + 1], the last is the intercept
    targets = labels.astype(np.float64)
    logits = np.empty((len(strengths), len(labels)))
    left_out = np.empty_like(logits)
    weights = np.zeros(features.shape[1])
    for position in np.argsort(-strengths):  # from the strongest on, each starts at the last one's solution
        ridge = np.full(features.shape[1], strengths[position])
        ridge[-1] = INTERCEPT_RIDGE
        weights, hessian = _newton(features, targets, ridge, weights)
        logits[position] = features @ weights
        left_out[position] = _leave_out(features, targets, groups, logits[position], hessian)
    return Solutions(logits, left_out)


def _factor(gram: Floats) -> Floats:
    """Return Z with Z @ Z.T = gram, `[n, r]`."""
    values, vectors = np.linalg.eigh((gram + gram.T) / 2)
    kept = values > 1e-7 * max(values[-1], 1e-12)
    return np.asarray(vectors[:, kept] * np.sqrt(values[kept]))


def _newton(features: Floats, targets: Floats, ridge: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the minimiser and the Hessian there; steps are halved while they do not descend."""

    def cost(candidate: Floats) -> float:
        scores = features @ candidate
        return float((np.logaddexp(0, scores) - targets * scores).sum() + 0.5 * (ridge * candidate**2).sum())

    current = cost(weights)
    for _ in range(STEPS):
        gradient, hessian = _derivatives(features, targets, ridge, weights)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while (proposed := cost(weights - size * step)) > current + 1e-10 and size > 1e-3:
            size /= 2
        weights = weights - size * step
        if abs(current - proposed) < 1e-8:
            break
        current = proposed
    return weights, _derivatives(features, targets, ridge, weights)[1]


def _derivatives(features: Floats, targets: Floats, ridge: Floats, weights: Floats) -> tuple[Floats, Floats]:
    probabilities = sigmoid(features @ weights)
    curvature = probabilities * (1 - probabilities)
    gradient = features.T @ (probabilities - targets) + ridge * weights
    return np.asarray(gradient), (features * curvature[:, None]).T @ features + np.diag(ridge)


def _leave_out(features: Floats, targets: Floats, groups: NDArray[np.int64], logits: Floats, hessian: Floats) -> Floats:
    """Take one Newton step back from the solution for each group: L = f + S (I - W S)^-1 (p - y)."""
    probabilities = sigmoid(logits)
    curvature, residual = probabilities * (1 - probabilities), probabilities - targets
    influence = features @ np.linalg.solve(hessian, features.T)  # S, [n, n]
    leverage = np.diag(influence)
    left_out = logits + leverage / (1 - np.minimum(curvature * leverage, 0.999)) * residual
    numbers, counts = np.unique(groups, return_counts=True)
    for number in numbers[counts > 1]:
        rows = np.flatnonzero(groups == number)
        block = influence[np.ix_(rows, rows)]
        system = np.eye(len(rows)) - curvature[rows, None] * block
        left_out[rows] = logits[rows] + block @ np.linalg.solve(system, residual[rows])
    return np.asarray(left_out)
