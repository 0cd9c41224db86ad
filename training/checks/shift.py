"""Whether test images are of the same kind as training images: a classifier two-sample test (Lopez-Paz, Oquab 2017).

A classifier learns to tell training from test images on network features; if it can, the two were not drawn alike. The
p-value comes from shuffling which images are called test; images that belong together are left out and shuffled
together, since a patient who was never seen can always be told from those who were.
"""

import math

import numpy as np
from numpy.typing import NDArray

from artifact.counting import counted
from artifact.report.checks import NotRun
from training.checks.interface import Result, Subject
from training.evaluation.groups import Groups, number

NAME = "train and test alike"

LEAST = 8
"""Test images below which the test could not find anything at its level."""
SHUFFLES = 499
SIGNIFICANCE = 0.01


def check(subject: Subject) -> list[Result] | NotRun:
    """Report where the images of train and test can be told apart beyond chance."""
    if not subject.dataset.test:
        return NotRun(NAME, "There are no test images.")
    if subject.features is None:
        return NotRun(NAME, "There are no network features to compare.")
    train, test = subject.features
    if len(test) < LEAST:
        return NotRun(
            NAME,
            f"{counted(len(test), 'test image')} {'is' if len(test) == 1 else 'are'} too few; at "
            f"least {LEAST} are needed.",
        )
    known, asked = subject.compared_groups
    own = ~asked.in_any_of(known)  # what is on both sides is not told apart by it
    asked, test = asked[own], test[own]
    counts = known.count, asked.count
    if 1 / math.comb(sum(counts), counts[1]) >= SIGNIFICANCE:
        noun = subject.dataset.noun
        return NotRun(
            NAME, f"The images of {counted(counts[0], noun)} and of {counts[1]} others are too few to compare."
        )
    groups = Groups.of(number([*known.numbers, *asked.numbers]))
    is_test = np.arange(len(groups)) >= len(train)
    area, p_value = two_sample_test(np.concatenate([train, test]), is_test, subject.seed, groups)
    if p_value >= SIGNIFICANCE:
        return []
    return [
        Result(
            NAME,
            "critical" if area > 0.9 else "warning",
            f"Test images can be told from training images by how they look (AUROC {area:.2f}, p = {p_value:.3f}), so "
            "the test result does not speak for the training images' kind, nor the model for the test's. Mix both and "
            "draw the test images by chance.",
            {"auroc": area, "p_value": p_value, "shuffles": SHUFFLES},
        )
    ]


def two_sample_test(
    features: NDArray[np.float32], is_test: NDArray[np.bool_], seed: int, groups: Groups
) -> tuple[float, float]:
    """Return the AUROC of telling the two samples apart, each group left out, and its permutation p-value.

    The classifier is ridge regression on the sample's indicator, whose residuals without a group have a closed form, so
    that every shuffle is one matrix product (Hastie, Tibshirani, Friedman 2009, section 7.10).

    Args:
        features: Of both samples, float32 `[m, d]`.
        is_test: Which rows are of the second sample, `[m]`.
        seed: Of the shuffles.
        groups: What each row belongs to; a group is in one sample, and is shuffled as one.
    """
    centred = features.astype(np.float64) - features.mean(axis=0)
    gram = centred @ centred.T
    n = len(gram)
    strength = max(float(np.trace(gram)) / n, 1e-12)  # features that are all alike have no spread to go by
    hat = gram @ np.linalg.inv(gram + np.eye(n) * strength) + 1.0 / n
    shuffled = groups.shuffle(is_test, SHUFFLES, np.random.default_rng(seed))
    areas = _areas(_leave_out(hat, shuffled.astype(float), groups), shuffled)
    return float(areas[0]), float(np.mean(areas >= areas[0]))


def _leave_out(hat: NDArray[np.float64], indicators: NDArray[np.float64], groups: Groups) -> NDArray[np.float64]:
    """Return what fits without each row's group say of it, `[m, shuffles]`: y - (I - H)^-1 (y - Hy) of the group."""
    held_out = hat @ indicators
    alone = np.flatnonzero(groups.sizes[groups.members] == 1)
    leverage = np.diag(hat)[alone, None]
    held_out[alone] = (held_out[alone] - leverage * indicators[alone]) / (1.0 - leverage)
    for rows in groups.several:
        residuals = np.linalg.solve(np.eye(len(rows)) - hat[np.ix_(rows, rows)], indicators[rows] - held_out[rows])
        held_out[rows] = indicators[rows] - residuals
    return held_out


def _areas(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the AUROC of each column by its rank sum."""
    ranks = scores.argsort(axis=0).argsort(axis=0) + 1.0
    n_positive = positive.sum(axis=0)
    surplus = (ranks * positive).sum(axis=0) - n_positive * (n_positive + 1) / 2
    return np.asarray(surplus / (n_positive * (len(scores) - n_positive)))
