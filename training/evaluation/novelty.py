"""How much of an image's features the training images do not explain, and from where on it is called unfamiliar.

The features are brought to unit length; the measure is the share of an image's squared length that lies outside what
the training images span, each direction counting as far as they fill it. It is the predictive variance of a Gaussian
process with a linear kernel (Rasmussen and Williams 2006, equation 2.26), and with it the reconstruction error of
principal components (Hoffmann 2007, "Kernel PCA for novelty detection"). What travels with the model are directions,
not images. The limit comes from the values that each image has with its own group left out, whose closed form is a
block of the inverse; their log odds are taken as normal, with a spread drawn towards what many sets of images have, so
that a new image of the same kind passes it with a stated probability (the prediction interval of a normal sample,
Hahn 1969).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, inv
from scipy.special import stdtrit

from training.evaluation.groups import Groups

Floats = NDArray[np.float64]

RIDGE = 0.03
"""Of the squared unit length: what is taken as noise. A tenth or three times of it tells other kinds as well."""
ANCHORS = 128
"""Training images at most that span the directions, at equal steps; with so many, more explain other kinds too."""
FALSE_FLAGS, FALSE_FLAGS_OF_ONE = 0.025, 0.4
"""Share of images of the training images' own kind that are to be flagged: the first, and the second over their
number. A few images place a limit that flags hardly any of their kind far beyond most of other kinds."""
SPREAD, SPREAD_WEIGHT = 0.43, 4.0
"""Standard deviation of the log odds over many sets of images, and the degrees of freedom that it counts for."""
AT_ONCE = 512
"""Images that are taken in float64 at once: of thousands all would be the largest thing in memory."""
EDGE = 1e-6
"""Of a share from 0 to 1, the nearest to either end that has log odds."""


@dataclass(frozen=True)
class Novelty:
    """The measure and its limit.

    Attributes:
        directions: Which, times features of unit length and squared, sum up to the explained share, float32 `[d, r]`.
        limit: Unexplained shares over it are unfamiliar.
        reference: The training images' unexplained shares, each with its group left out, float64 `[n]`.
    """

    directions: NDArray[np.float32]
    limit: float
    reference: Floats


def fit(features: NDArray[np.float32], groups: Groups, false_flags: float | None = None) -> Novelty | None:
    """Fit the measure on the training images' features.

    Args:
        features: Of a network that tells many kinds of pictures apart, float32 `[n, d]`.
        groups: What each image belongs to; a group is left out whole, and counts as one image.
        false_flags: Share of images of the same kind to be flagged; by default one that suits the number of groups.

    Returns None where there is one group, or all images are alike, so that nothing can be told.
    """
    anchors = np.linspace(0, len(features) - 1, min(len(features), ANCHORS)).astype(np.int64)
    spanning, known = _unit_length(features[anchors]), groups[anchors]
    inverse = inv(spanning @ spanning.T + RIDGE * np.eye(len(anchors)))
    directions = spanning.T @ cholesky(inverse, lower=True)
    reference = _unexplained(features, directions)
    for rows in known.rows:
        reference[anchors[rows]] = np.diag(inv(inverse[np.ix_(rows, rows)])) - RIDGE
    left_out = np.union1d(anchors, np.flatnonzero(~groups.in_any_of(known)))
    if groups[left_out].count < 2 or _are_alike(features, left_out):
        return None
    stored = directions.astype(np.float16).astype(np.float32)  # half the size, and what they explain is the same
    return Novelty(stored, _limit(reference[left_out], groups[left_out], false_flags), reference)


def measure(features: NDArray[np.float32], fitted: Novelty) -> Floats:
    """Return the unexplained share of each image, `[n]`, as the exported network does."""
    return _unexplained(features, fitted.directions)


def _unexplained(features: NDArray[np.float32], directions: NDArray[Any]) -> Floats:
    """Return the share of each image that lies outside the directions, `[n]`; in float64 a few images at a time."""
    starts = range(0, max(len(features), 1), AT_ONCE)  # of no image, too, there is an empty product
    parts = [_unit_length(features[start : start + AT_ONCE]) @ directions for start in starts]
    return np.asarray(1.0 - (np.concatenate(parts) ** 2).sum(axis=1))


def _are_alike(features: NDArray[np.float32], rows: NDArray[np.int64]) -> bool:
    """Return whether some images differ in no feature."""
    lowest = highest = _unit_length(features[rows[:1]])[0]
    for start in range(0, len(rows), AT_ONCE):
        part = _unit_length(features[rows[start : start + AT_ONCE]])
        lowest, highest = np.minimum(lowest, part.min(axis=0)), np.maximum(highest, part.max(axis=0))
    return bool((highest - lowest).max() < EDGE)


def _limit(values: Floats, groups: Groups, false_flags: float | None) -> float:
    """Return the value that a new image of another group passes with the chance `false_flags`; a group counts once."""
    inside = np.clip(values, EDGE, 1 - EDGE)
    odds = np.log(inside / (1 - inside))
    shares, count = 1 / groups.sizes[groups.members], groups.count
    mean = float(shares @ odds) / count
    freedom = SPREAD_WEIGHT + count - 1
    spread = np.sqrt((SPREAD_WEIGHT * SPREAD**2 + shares @ (odds - mean) ** 2) / freedom)
    chance = FALSE_FLAGS + FALSE_FLAGS_OF_ONE / count if false_flags is None else false_flags
    highest = mean + stdtrit(freedom, 1 - min(chance, 0.2)) * spread * np.sqrt(1 + 1 / count)
    return float(1 / (1 + np.exp(-highest)))


def _unit_length(features: NDArray[np.float32]) -> Floats:
    lengths = np.linalg.norm(features.astype(np.float64), axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, 1e-9))
