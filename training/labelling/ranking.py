"""Rank images without labels by what a label of each would teach the model about all the others.

To a Bayesian linear classifier on the backbone's features, a label of one image makes the answers for the images like
it surer. Taken first is the image whose label would lower most the variance of the answers for all images, counted most
where the model is least sure; then the next, given the first, and so on, so that no two alike are taken (greedy
V-optimal design for logistic regression in Laplace's approximation: Chaloner and Verdinelli 1995, section 4; MacKay
1992 on the variance of the answers as what matters). What the model already knows is in its probabilities, so that
neither its training images nor their features are needed.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STRENGTH = 0.1
"""Of the prior on the weights, for features of unit mean squared length. From 0.03 to 0.3 the labels saved are the same
within their error, over nine sets (`python -m benchmarks.labelling`)."""
LEAST = 0.02
"""A probability's variance counts as this at least: no answer is taken for certain."""


def rank(features: NDArray[np.float32], probabilities: Floats, count: int) -> list[int]:
    """Return the rows to label, the one that teaches most first.

    Args:
        features: One image a row, `[n, d]`.
        probabilities: The model's, of one of the classes, `[n]`.
        count: How many rows to return; all of them where there are fewer.
    """
    variance = covariance(features)
    doubt = np.maximum(probabilities * (1 - probabilities), LEAST)
    chosen: list[int] = []
    for _ in range(min(count, len(doubt))):
        gain = (doubt @ variance**2) / (np.diag(variance) + 1 / doubt)
        gain[chosen] = -1
        best = int(np.argmax(gain))
        chosen.append(best)
        column = variance[:, best].copy()
        variance -= np.outer(column, column / (column[best] + 1 / doubt[best]))
    return chosen


def covariance(features: NDArray[np.float32]) -> Floats:
    """Return the prior covariance of the images' logits, `[n, n]`."""
    rows = _scale(features)
    return np.asarray(rows @ rows.T / STRENGTH + 1)


def _scale(features: NDArray[np.float32]) -> Floats:
    """Return the features of unit length, centred, and of unit mean squared length again."""
    rows = features.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    rows -= rows.mean(axis=0)
    return np.asarray(rows / (np.sqrt((rows**2).sum(axis=1).mean()) + 1e-9))


def stand_for(features: NDArray[np.float32], chosen: list[int]) -> list[int]:
    """Return for how many images each chosen one stands: those that are more like it than like any other chosen one."""
    rows = _scale(features)
    columns = rows @ rows[chosen].T / STRENGTH + 1  # of the covariance; all of it would be dear
    alike = columns / np.sqrt(np.diag(columns[chosen]))
    return [int(number) for number in np.bincount(alike.argmax(axis=1), minlength=len(chosen))]
