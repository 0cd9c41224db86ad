"""Smaller draws of each fold's training images, to see what fewer images would have brought.

The images that a fold validates on stay, so that all sizes are measured on the same images, and a smaller draw is part
of every larger one. Groups are drawn whole, and each class keeps its share, as far as whole groups allow.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.evaluation.groups import Groups
from training.evaluation.splitting import Fold

Labels = NDArray[np.int64]

FEWEST = 2
"""Groups of a class that are always kept: choices inside a fold leave one out."""


def shrink(
    folds: Sequence[Fold], labels: Labels, groups: Groups, shares: tuple[float, float], seed: int
) -> tuple[Fold, ...]:
    """Keep a share of each fold's training images of each class, `shares` being those of a no and of a yes.

    The same seed gives nested draws: what a smaller share keeps, a larger one keeps too.
    """
    return tuple(
        replace(fold, train=_keep(fold.train, labels, groups, shares, np.random.default_rng([seed, *_name(fold)])))
        for fold in folds
    )


def _name(fold: Fold) -> tuple[int, int]:
    return fold.repeat, fold.number


def _keep(
    rows: Labels, labels: Labels, groups: Groups, shares: tuple[float, float], generator: np.random.Generator
) -> Labels:
    drawn = groups[rows]
    sizes = drawn.sizes
    yes = 2 * drawn.sum(labels[rows]) > sizes  # a group of both classes counts for its larger one
    chosen = np.zeros(drawn.count, dtype=bool)
    for label, share in enumerate(shares):
        order = generator.permutation(np.flatnonzero(yes == bool(label)))
        reached = np.cumsum(sizes[order])
        wanted = share * (reached[-1] if len(reached) else 0)
        count = int((reached - sizes[order] / 2 < wanted).sum())  # where stopping is nearest to what is wanted
        chosen[order[: max(count, FEWEST)]] = True
    return rows[chosen[drawn.members]]
