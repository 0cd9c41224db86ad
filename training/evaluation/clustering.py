"""How many independent images a number of groups is worth: patients, videos or sites whose images err alike.

The variance of a share over groups is that of independent images times a design effect (Kish 1965), which is told by
the correlation within groups. With few groups that correlation is hardly known, and where every image is right not at
all; so it is not estimated but bounded: the upper quartile of its distribution under a beta-binomial likelihood, all
correlations from 0 to 1 taken as equally likely beforehand and Jeffreys' prior on the share. `benchmarks.groups`
measures how often the intervals hold the share of new groups.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from training.evaluation.groups import Groups

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

LEVEL = 0.75
"""Probability that the correlation within groups is no higher than what is taken for it."""
_CORRELATIONS = np.array([0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0])
_SHARES = np.linspace(0.01, 0.99, 50)


@dataclass(frozen=True)
class Counted:
    """How many separate images there are, and by how much groups inflate the variance; 1 where there are none."""

    n: int
    negatives: int
    positives: int
    inflation: float

    @property
    def note(self) -> str:
        """What is added to the name of an interval's method."""
        return (
            f"; worth {self.n / self.inflation:.0f} independent images, as groups err alike"
            if self.inflation > 1
            else ""
        )


def count(hits: Floats, labels: Labels, groups: Groups) -> Counted:
    """Count the separate images, and tell what those of one group are worth from how alike they are told right."""
    merged, of_group = merge(hits, groups)
    n = len(merged)
    independent = worth(of_group, correlation(merged, of_group))
    negatives, positives = (len(np.unique(groups.duplicates[labels == label])) for label in (0, 1))
    return Counted(n, negatives, positives, max(1.0, n / independent))


def correlation(hits: Floats, groups: Groups) -> float:
    """Return the correlation within groups that is taken for true, 0 to 1.

    Args:
        hits: How far each image was told right, 0 to 1, `[n]`.
        groups: What each image belongs to.
    """
    sizes = groups.sizes.astype(np.float64)
    if sizes.max() == 1:
        return 0.0
    right = np.round(groups.sum(hits), 2)
    pairs, counts = np.unique(np.stack([right, sizes], axis=1), axis=0, return_counts=True)
    likelihood = sum(count * _log_likelihood(*pair) for pair, count in zip(pairs, counts, strict=True))
    posterior = likelihood - 0.5 * np.log(_SHARES * (1 - _SHARES))
    weights = np.exp(posterior - posterior.max()).sum(axis=1) * np.gradient(_CORRELATIONS)
    reached = np.searchsorted(np.cumsum(weights) / weights.sum(), LEVEL)
    return float(_CORRELATIONS[min(int(reached), len(_CORRELATIONS) - 1)])


def worth(groups: Groups, within: float) -> float:
    """Return how many independent images the images are worth, whose correlation `within` groups is given."""
    sizes = groups.sizes.astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes * (1 + (sizes - 1) * within)).sum())


def merge(values: Floats, groups: Groups) -> tuple[Floats, Groups]:
    """Return the mean value and the group of each set of near duplicates, which say no more than one image does."""
    _, first, members = np.unique(groups.duplicates, return_index=True, return_inverse=True)
    return np.bincount(members, values) / np.bincount(members), groups[first]


def _log_likelihood(right: float, size: float) -> Floats:
    """Return the beta-binomial log likelihood of one group, `[correlations, shares]`, but for a constant."""
    within = np.clip(_CORRELATIONS[1:], None, 0.999)[:, None]
    spread = (1 - within) / within
    alpha, beta = _SHARES * spread, (1 - _SHARES) * spread
    alone = right * np.log(_SHARES) + (size - right) * np.log1p(-_SHARES)
    return np.concatenate([alone[None], betaln(right + alpha, size - right + beta) - betaln(alpha, beta)])
