"""How good scores are: accuracy, AUROC, log loss, Brier score and calibration error of out-of-fold logits.

Out-of-fold logits have the shape `[repeats, n]`: in each repeat of the cross-validation every image was scored once,
by a model that had not seen it. NaN marks an image that a repeat did not score.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.evaluation.splitting import Fold

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def log_losses(logits: Floats, labels: Labels) -> Floats:
    """Return each image's mean negative log likelihood over the repeats, in nats, `[n]`."""
    signed = np.where(labels == 1, logits, -logits)
    return np.asarray(np.logaddexp(0.0, -signed).mean(axis=0))


def base_loss(labels: Labels) -> float:
    """Return the log loss of giving every image its class's share of the images, in nats."""
    share = float(labels.mean())
    return float(-sum(part * np.log(part) for part in (share, 1 - share) if part > 0))


def brier_losses(logits: Floats, labels: Labels) -> Floats:
    """Return each image's mean squared difference of probability and label (Brier 1950) over the repeats, `[n]`."""
    return np.asarray(((sigmoid(logits) - labels) ** 2).mean(axis=0))


def hits(logits: Floats, labels: Labels) -> Floats:
    """Return the share of repeats in which each image is classified right at probability one half, `[n]`."""
    return np.asarray(((logits > 0) == (labels == 1)).mean(axis=0))


def auroc(logits: Floats, labels: Labels, weights: Floats | None = None) -> float:
    """Return the area under the ROC curve, the mean over the repeats; ties count one half (Hanley, McNeil 1982).

    `weights` counts an image more or less than once, `[n]`. NaN where one class has no weight.
    """
    counted = np.ones(len(labels)) if weights is None else weights
    positive, negative = counted * (labels == 1), counted * (labels == 0)
    if positive.sum() == 0 or negative.sum() == 0:
        return float("nan")
    areas = []
    for scores in logits:
        values, position = np.unique(scores, return_inverse=True)
        lower = np.bincount(position, weights=negative, minlength=len(values))
        below = np.cumsum(lower) - lower / 2
        areas.append(float((positive * below[position]).sum() / (positive.sum() * negative.sum())))
    return float(np.mean(areas))


def auroc_within(logits: Floats, labels: Labels, folds: Sequence[Fold]) -> float:
    """Return the share of pairs of a yes and a no of one fold in which the yes has the higher score; a tie is half.

    Pairs of all folds and repeats count alike. Without a fold that has both classes it is the area over all images.
    """
    right, pairs = 0.0, 0
    for fold in folds:
        rows = fold.validation
        size = int((labels[rows] == 1).sum() * (labels[rows] == 0).sum())
        if size and fold.repeat < len(logits):
            right += size * auroc(logits[[fold.repeat]][:, rows], labels[rows])
            pairs += size
    return right / pairs if pairs else auroc(logits, labels)


def calibration_error(probabilities: Floats, labels: Labels, bins: int = 5) -> float:
    """Return the expected calibration error over bins of equal numbers of images (Naeini et al. 2015; Nguyen 2015)."""
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [abs(probabilities[part].mean() - labels[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))


def sigmoid(scores: Floats) -> Floats:
    """Return 1 / (1 + exp(-score)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)))
