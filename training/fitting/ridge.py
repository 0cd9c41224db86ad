"""L2-regularised logistic regression solved exactly for many strengths at once, with leave-one-out scores for free.

On a few dozen images Newton's method takes milliseconds, and at its solution the score that each image would get from a
fit without it has a closed form (approximate leave-one-out; Rad and Maleki 2020, for groups the same formula in
blocks). `training.fitting.mixing` chooses by it how strongly to regularise and which features to trust; the head
itself is trained by gradient descent in `training.fitting.head`, and a test holds the two together.

The weights are sums of the images' features, so that all work is on inner products of images, whatever the number of
features, and a step costs one factor of a matrix (Rasmussen and Williams 2006, algorithms 3.1 and 3.2). Several
problems of as many images, such as folds, go side by side: of few images NumPy's calls take longer than their work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs

from training.evaluation.groups import Groups
from training.evaluation.scores import sigmoid

Floats = NDArray[np.float64]

INTERCEPT_RIDGE = 1e-4
"""A trace of regularisation on the intercept, which keeps it finite where the images are separable."""
STEPS = 30
GAIN = 1e-6
"""Of the cost, below which a step was the last: Newton's next one would gain about its square."""
FEW = 64
"""Images up to which one call for several systems is quicker than a Cholesky factor of each."""


@dataclass(frozen=True)
class Solutions:
    """One fit for each strength.

    Attributes:
        logits: Scores of the fitted images, `[strengths, n]`.
        left_out: Scores that each image would get from a fit without its group, `[strengths, n]`.
    """

    logits: Floats
    left_out: Floats


def solve(gram: Floats, labels: NDArray[np.int64], groups: Groups, strengths: Floats) -> Solutions:
    """Minimise the summed log loss + strength / 2 * |w|^2 for each strength.

    Args:
        gram: Inner products of the centred features, `[n, n]`.
        labels: 0 or 1, `[n]`.
        groups: What each image belongs to; a group is left out together.
        strengths: Of the regularisation, `[strengths]`.
    """
    return solve_several(gram[None], labels[None], [groups], strengths)[0]


def solve_several(
    grams: Floats, labels: NDArray[np.int64], groups: Sequence[Groups], strengths: Floats
) -> list[Solutions]:
    """Solve several problems of as many images as `solve` does one: `[problems, n, n]`, `[problems, n]`, one each."""
    targets = labels.astype(np.float64)
    blocks = [_by_size(each.several) for each in groups]
    logits = np.empty((len(grams), len(strengths), labels.shape[1]))
    left_out = np.empty_like(logits)
    before = [np.zeros_like(targets)]  # the scores at stronger ones, from which the next are foretold
    for position in np.argsort(-strengths):
        kernels = grams / strengths[position] + 1 / INTERCEPT_RIDGE
        start = 2 * before[-1] - before[-2] if len(before) > 2 else before[-1]
        found = _newton(kernels, targets, start)
        before = [*before[-2:], found]
        logits[:, position] = found
        left_out[:, position] = _leave_out(kernels, targets, blocks, found)
    return [Solutions(*each) for each in zip(logits, left_out, strict=True)]


def _times(matrices: Floats, vectors: Floats) -> Floats:
    """Return the product of each matrix with its vector, `[problems, n]`."""
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def _cost(targets: Floats, shares: Floats, scores: Floats) -> Floats:
    losses = np.logaddexp(0, scores) - targets * scores
    return np.asarray((losses + 0.5 * shares * scores).sum(axis=1))


def _newton(kernels: Floats, targets: Floats, start: Floats) -> Floats:
    """Return the images' scores at the minimum, `[problems, n]`, from scores to start at, whatever they are.

    The next strength's scores lie so near to where the last two point that two steps are most often enough.
    """
    shares = _aim(kernels, targets, start)
    scores = _times(kernels, shares)
    costs, open_ = _cost(targets, shares, scores), np.arange(len(kernels))
    for _ in range(STEPS):
        kernel, before = kernels if len(open_) == len(kernels) else kernels[open_], costs[open_]
        shares[open_], scores[open_], costs[open_] = _step(kernel, targets[open_], shares[open_], scores[open_], before)
        open_ = open_[np.abs(before - costs[open_]) >= GAIN]
        if not len(open_):
            break
    return scores


def _aim(kernels: Floats, targets: Floats, scores: Floats) -> Floats:
    """Return the shares in the weights that one whole step from some scores leads to."""
    probabilities = sigmoid(scores)
    curvature = probabilities * (1 - probabilities)
    wanted = curvature * scores + targets - probabilities
    roots = np.sqrt(curvature)
    right = (roots * _times(kernels, wanted))[:, :, None]
    return np.asarray(wanted - roots * _divide(_systems(kernels, roots), right)[:, :, 0])


def _step(kernels: Floats, targets: Floats, shares: Floats, scores: Floats, costs: Floats) -> tuple[Floats, ...]:
    """Return shares, scores and costs after one step, which is halved while it does not descend."""
    step = _aim(kernels, targets, scores) - shares
    change, size = _times(kernels, step), np.ones((len(kernels), 1))
    while True:
        moved, scored = shares + size * step, scores + size * change
        proposed = _cost(targets, moved, scored)
        too_far = (proposed > costs + 1e-10) & (size[:, 0] > 1e-3)
        if not too_far.any():
            return moved, scored, proposed
        size[too_far] /= 2


def _systems(kernels: Floats, roots: Floats) -> Floats:
    """Return I + R K R of each problem, where the diagonal of R is the curvature's square root."""
    systems = roots[:, :, None] * kernels * roots[:, None, :]
    diagonal = np.arange(roots.shape[1])
    systems[:, diagonal, diagonal] += 1
    return np.asarray(systems)


def _divide(systems: Floats, right: Floats) -> Floats:
    """Solve the positive definite systems, `[problems, n, n]`, for right sides `[problems, n, m]`."""
    if systems.shape[1] <= FEW:
        return np.asarray(np.linalg.solve(systems, right))
    factors = [dpotrf(system.T, lower=1, clean=0, overwrite_a=1)[0] for system in systems]  # symmetric, in its order
    return np.stack([dpotrs(lower, each, lower=1)[0] for lower, each in zip(factors, right, strict=True)])


def _leave_out(
    kernels: Floats, targets: Floats, blocks: Sequence[Sequence[NDArray[np.int64]]], logits: Floats
) -> Floats:
    """Take one Newton step back from the solution for each group: L = f + S (I - W S)^-1 (p - y)."""
    probabilities = sigmoid(logits)
    curvature, residual = probabilities * (1 - probabilities), probabilities - targets
    roots = np.sqrt(curvature)
    # S = K - (R K)^T B^-1 (R K) is what the inverse Hessian makes of the features; for images its diagonal is enough
    rooted = roots[:, :, None] * kernels
    divided = _divide(_systems(kernels, roots), rooted)
    leverage = np.einsum("pii->pi", kernels) - np.einsum("pij,pij->pj", rooted, divided)
    left_out = logits + leverage / (1 - np.minimum(curvature * leverage, 0.999)) * residual
    for at, problem in enumerate(blocks):
        for rows in problem:
            before, after = rooted[at][:, rows].transpose(1, 2, 0), divided[at][:, rows].transpose(1, 0, 2)
            block = kernels[at][rows[:, :, None], rows[:, None]] - before @ after
            system = np.eye(rows.shape[1]) - curvature[at][rows][:, :, None] * block
            change = block @ np.linalg.solve(system, residual[at][rows][:, :, None])
            left_out[at, rows] = logits[at][rows] + change[:, :, 0]
    return np.asarray(left_out)


def _by_size(groups: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return the rows of groups of one size together, `[groups, size]`, as one by one NumPy's calls take longer."""
    sizes = dict.fromkeys(len(rows) for rows in groups)
    return [np.stack([rows for rows in groups if len(rows) == size]) for size in sizes]
