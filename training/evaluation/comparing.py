"""How much more one candidate loses than another on the same images, and how sure that is."""

import numpy as np
from numpy.typing import NDArray

from training.evaluation.groups import Groups

Floats = NDArray[np.float64]

FREEDOM, NOISE = 10.0, 1.0
"""What many sets of images say of the differences between two candidates before any is seen: their standard deviation
over images is about `NOISE` times the reference's mean loss, and counts as `FREEDOM` images do. On ten images that
happen to differ alike, the standard error by itself is near nothing, and lets luck win.
"""


def compare(table: Floats, reference: int, groups: Groups) -> tuple[Floats, Floats]:
    """Return each candidate's mean excess of loss over the reference and its standard error, `[candidates]` each.

    Args:
        table: The loss of each image for each candidate, `[n, candidates]`.
        reference: A column of it.
        groups: What each image belongs to; a group counts as one image in the standard error.
    """
    return weigh(table, reference, groups, np.ones(groups.count))


def weigh(table: Floats, reference: int, groups: Groups, weights: Floats) -> tuple[Floats, Floats]:
    """Compare as `compare` does, where each group counts `weights` times, `[groups]`.

    Near duplicates count as one: their differences are summed before they are squared.
    """
    images = weights[groups.members]
    differences = table - table[:, [reference]]
    excess = (images @ differences) / images.sum()
    sums = [groups.sum(column) for column in (differences - excess).T]
    return excess, np.sqrt(np.square(sums) @ weights) / images.sum()


def weigh_cautiously(table: Floats, reference: int, groups: Groups, weights: Floats) -> tuple[Floats, Floats]:
    """Compare with standard errors whose variances are drawn towards what is usual (moderated t, Smyth 2004)."""
    excess, error = weigh(table, reference, groups, weights)
    count = weights.sum()
    images = weights[groups.members]
    usual = NOISE * float(images @ table[:, reference]) / images.sum()
    variance = (FREEDOM * usual**2 + (count - 1) * count * error**2) / (FREEDOM + count - 1)
    return excess, np.where(np.arange(len(error)) == reference, 0.0, np.sqrt(variance / count))
