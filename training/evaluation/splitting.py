"""Repeated stratified cross-validation in which near duplicates and groups stay on one side.

Each repeat deals the groups out anew: they are shuffled, those of both classes go first, then the larger ones, and each
goes to the fold that has the fewest images of its class (as scikit-learn's StratifiedGroupKFold does, without its
demand for many groups). Groups of both classes go first so that no class ends up in one fold: two of them never share a
fold while another is empty, and beside a single one each class has a group of its own, for a fold without that class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.evaluation.groups import Groups, Numbers


@dataclass(frozen=True)
class Fold:
    """One split: the rows to fit on and the rows to validate on, both ascending int64 indices."""

    repeat: int
    number: int
    train: NDArray[np.int64]
    validation: NDArray[np.int64]


def split(
    labels: Numbers, groups: Groups, folds: int, repeats: int, seed: int, kinds: Numbers | None = None
) -> tuple[Fold, ...]:
    """Deal the images into folds, `repeats` times.

    Args:
        labels: 0 or 1 for each image, `[n]`.
        groups: What each image belongs to; images of one group are never separated.
        folds: Folds wanted in each repeat; fewer are made where a class has fewer groups.
        repeats: How often to deal anew.
        seed: Of the shuffles.
        kinds: Of which of several kinds each image of a class is, `[n]`; the folds have them in proportion, too.

    Returns:
        The splits, repeat by repeat; within one repeat each image is validated exactly once.

    Raises:
        TrainingError: One class has a single group, so it cannot be on both sides.
    """
    fewest = min(groups[labels == label].count for label in (0, 1))
    folds = min(folds, fewest)
    if folds < 2:
        raise TrainingError(
            "All usable images of one class are near duplicates of each other or of one group, so nothing is left to "
            "check a model on. Add images of that class that were taken separately."
        )
    generator, alike = np.random.default_rng(seed), np.zeros_like(labels)
    return tuple(
        Fold(repeat, number, np.flatnonzero(assigned != number), np.flatnonzero(assigned == number))
        for repeat in range(repeats)
        for assigned in [_deal(labels, alike if kinds is None else kinds, groups.rows, folds, generator)]
        for number in range(folds)
    )


def count_scored(folds: Sequence[Fold]) -> int:
    """Return how many images the folds validate on; rows beyond them, such as variations, are only learned from."""
    return max(int(fold.validation.max()) for fold in folds) + 1


def learned(folds: Sequence[Fold]) -> float:
    """Return the share of the images that a fold's model learns from, the mean over the folds; 1 without any."""
    if not folds:
        return 1.0
    return float(np.mean([len(fold.train) / (len(fold.train) + len(fold.validation)) for fold in folds]))


MANY = 2000
"""Images from which a fit has so many that the fifth more that five folds would give it hardly changes it."""


def default_folds(images: int) -> int:
    """Return how many folds to make: few images are dear to leave out, of many there are enough left."""
    return 3 if images >= MANY else 5


COSTLY = 1500
"""Images, all repeats together, up to which few groups are dealt out anew for the sake of a steady estimate."""


def default_repeats(images: int, groups: int | None = None) -> int:
    """Return how often to repeat: few images, or few `groups` that stay together, make single splits a lottery."""
    usual = int(np.clip(400 // max(images, 1), 1, 10))
    if groups is None:
        return usual
    return max(usual, int(np.clip(400 // max(groups, 1), 1, min(10, max(COSTLY // max(images, 1), 1)))))


def _deal(
    labels: Numbers, kinds: Numbers, members: Sequence[Numbers], folds: int, generator: np.random.Generator
) -> Numbers:
    """Return the fold of each image, int64 `[n]`; `members` are the rows of each group."""
    counts = np.array([np.bincount(labels[rows], minlength=2) for rows in members], dtype=np.float64)
    several = np.array([np.bincount(kinds[rows], minlength=kinds.max() + 1) for rows in members], dtype=np.float64)
    load, fullness = np.zeros((folds, 2)), np.zeros((folds, several.shape[1]))
    totals = np.maximum(counts.sum(axis=0), 1)
    assigned = np.empty(len(labels), dtype=np.int64)
    order = generator.permutation(len(members))
    kind = several.argmax(axis=1)  # one after the other they are dealt evenly
    for index in sorted(order, key=lambda at: (not counts[at].all(), -counts[at].sum(), kind[at])):
        # the fold whose fullest class, as a share of that class, stays emptiest; ties go to the one with the fewest of
        # its kinds, then to the emptier fold
        after = (load + counts[index]) / totals
        relevant = np.where(counts[index] > 0, after, 0.0).max(axis=1)
        best = np.lexsort((generator.random(folds), load.sum(axis=1), fullness @ several[index], relevant))[0]
        load[best] += counts[index]
        fullness[best] += several[index]
        assigned[members[index]] = best
    return assigned
