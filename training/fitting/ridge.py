"""L2-regularised logistic regression solved exactly for many strengths at once, with leave-one-out scores for free.

On a few dozen images Newton's method takes milliseconds, and at its solution the score that each image would get from a
fit without it has a closed form (approximate leave-one-out; Rad and Maleki 2020, for groups the same formula in
blocks). `training.fitting.mixing` chooses by it how strongly to regularise and which features to trust; the head
itself is trained by gradient descent in `training.fitting.head`, and a test holds the two together.

The weights are sums of the images' features, so that all work is on inner products of images, whatever the number of
features, and a step costs one Cholesky factor (Rasmussen and Williams 2006, algorithms 3.1 and 3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs, dtrtrs

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
    targets = labels.astype(np.float64)
    blocks = _find_blocks(groups)
    logits = np.empty((len(strengths), len(labels)))
    left_out = np.empty_like(logits)
    shares = np.zeros(len(labels))
    for position in np.argsort(-strengths):  # from the strongest on, each starts at the last one's solution
        kernel = gram / strengths[position] + 1 / INTERCEPT_RIDGE
        shares = _newton(kernel, targets, shares)
        logits[position] = kernel @ shares
        left_out[position] = _leave_out(kernel, targets, blocks, logits[position])
    return Solutions(logits, left_out)


def _find_blocks(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each group of several."""
    numbers, counts = np.unique(groups, return_counts=True)
    return [np.flatnonzero(groups == number) for number in numbers[counts > 1]]


def _newton(kernel: Floats, targets: Floats, shares: Floats) -> Floats:
    """Return each image's share in the weights at the minimum, `[n]`; steps are halved while they do not descend."""

    def cost(shares: Floats, scores: Floats) -> float:
        return float((np.logaddexp(0, scores) - targets * scores).sum() + 0.5 * shares @ scores)

    scores = kernel @ shares
    current = cost(shares, scores)
    for _ in range(STEPS):
        probabilities = sigmoid(scores)
        curvature = probabilities * (1 - probabilities)
        wanted = curvature * scores + targets - probabilities
        lower, roots = _factor(kernel, curvature)
        solved, _ = dpotrs(lower, roots * (kernel @ wanted), lower=1)
        step = wanted - roots * solved - shares
        change, size = kernel @ step, 1.0
        while (proposed := cost(shares + size * step, scores + size * change)) > current + 1e-10 and size > 1e-3:
            size /= 2
        shares, scores = shares + size * step, scores + size * change
        if abs(current - proposed) < 1e-8:
            break
        current = proposed
    return shares


def _factor(kernel: Floats, curvature: Floats) -> tuple[Floats, Floats]:
    """Return the lower Cholesky factor of I + R K R and the diagonal of R, the curvature's square root."""
    roots = np.sqrt(curvature)
    system = roots[:, None] * kernel * roots
    system.flat[:: len(system) + 1] += 1
    lower, _ = dpotrf(system.T, lower=1, clean=0, overwrite_a=1)  # symmetric, and in the order that LAPACK wants
    return lower, roots


def _leave_out(kernel: Floats, targets: Floats, blocks: Sequence[NDArray[np.int64]], logits: Floats) -> Floats:
    """Take one Newton step back from the solution for each group: L = f + S (I - W S)^-1 (p - y)."""
    probabilities = sigmoid(logits)
    curvature, residual = probabilities * (1 - probabilities), probabilities - targets
    lower, roots = _factor(kernel, curvature)
    # S = K - V^T V is what the inverse Hessian makes of the features; without groups its diagonal is enough
    explained, _ = dtrtrs(lower, (kernel * roots).T, lower=1, overwrite_b=1)
    leverage = np.diag(kernel) - np.einsum("ij,ij->j", explained, explained)
    left_out = logits + leverage / (1 - np.minimum(curvature * leverage, 0.999)) * residual
    for rows in blocks:
        block = kernel[np.ix_(rows, rows)] - explained[:, rows].T @ explained[:, rows]
        system = np.eye(len(rows)) - curvature[rows, None] * block
        left_out[rows] = logits[rows] + block @ np.linalg.solve(system, residual[rows])
    return np.asarray(left_out)
