"""Whether test images are of the same kind as training images: a classifier two-sample test (Lopez-Paz, Oquab 2017).

A classifier learns to tell training from test images on network features; if it can, the two were not drawn alike. The
p-value comes from shuffling which images are called test.
"""

import numpy as np
from numpy.typing import NDArray

from training.checks.interface import NotRun, Result, Subject

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
        return NotRun(NAME, f"{len(test)} test images are too few; at least {LEAST} are needed.")
    is_test = np.arange(len(train) + len(test)) >= len(train)
    area, p_value = two_sample_test(np.concatenate([train, test]), is_test, subject.seed)
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


def two_sample_test(features: NDArray[np.float32], is_test: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    """Return the leave-one-out AUROC of telling the two samples apart, and its permutation p-value.

    The classifier is ridge regression on the sample's indicator, whose leave-one-out residuals have a closed form, so
    that every shuffle is one matrix product (Hastie, Tibshirani, Friedman 2009, section 7.10).
    """
    centred = features.astype(np.float64) - features.mean(axis=0)
    gram = centred @ centred.T
    n = len(gram)
    strength = max(float(np.trace(gram)) / n, 1e-12)  # features that are all alike have no spread to go by
    hat = gram @ np.linalg.inv(gram + np.eye(n) * strength) + 1.0 / n
    generator = np.random.default_rng(seed)
    indicators = np.stack([is_test, *(generator.permutation(is_test) for _ in range(SHUFFLES))], axis=1).astype(float)
    fitted = hat @ indicators
    held_out = (fitted - np.diag(hat)[:, None] * indicators) / (1.0 - np.diag(hat)[:, None])
    areas = _areas(held_out, indicators > 0.5)
    return float(areas[0]), float(np.mean(areas >= areas[0]))


def _areas(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the AUROC of each column by its rank sum."""
    ranks = scores.argsort(axis=0).argsort(axis=0) + 1.0
    n_positive = positive.sum(axis=0)
    surplus = (ranks * positive).sum(axis=0) - n_positive * (n_positive + 1) / 2
    return np.asarray(surplus / (n_positive * (len(scores) - n_positive)))
