"""The images to look at first: likely mislabelled, swinging between folds, or unlike the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from artifact.card import Classes
from artifact.report import numbers
from artifact.report.photos import Look
from training.evaluation import scores
from training.evaluation.novelty import Novelty
from training.output.doubting import doubt
from training.output.thumbnails import LARGE, encode
from training.reading.dataset import Sample, label_array

Floats = NDArray[np.float64]

AT_MOST = 12


def choose(
    samples: Sequence[Sample], logits: Floats, classes: Classes, novelty: Novelty | None, guessing: bool = False
) -> list[Look]:
    """Return at most `AT_MOST` images, the most suspicious first.

    A label is doubted as `doubting` has it; an image swings where repeats disagree about it.

    Args:
        samples: The training images.
        logits: Calibrated out-of-fold logits, `[repeats, n]`.
        classes: The names of the two answers.
        novelty: The fitted measure of distance, if there is one.
        guessing: Whether the model is no better than guessing, and so doubts nothing.
    """
    probabilities = scores.sigmoid(logits)
    mean, swing = probabilities.mean(axis=0), probabilities.std(axis=0)
    labels = label_array(samples)
    own = np.where(labels == 1, mean, 1 - mean)
    names = (classes.negative, classes.positive)
    suspicion: dict[int, tuple[float, str]] = {}
    for row in np.flatnonzero(doubt(labels, 1 - own, samples, guessing)):
        other = names[1 - labels[row]]
        reason = f"Models that had not seen it say {other} ({numbers.percent(1 - own[row])}). Is the label right?"
        suspicion[int(row)] = (2 + 1 - own[row], reason)
    for row in np.flatnonzero(swing > 0.2):
        suspicion.setdefault(int(row), (1 + swing[row], "The answer swings with the images that were learned from."))
    if novelty is not None:
        for row in np.flatnonzero(novelty.reference > novelty.limit):
            ratio = novelty.reference[row] / novelty.limit
            suspicion.setdefault(int(row), (min(1.0, ratio / 10), "It is unlike the other training images."))
    ranked = sorted(suspicion, key=lambda row: -suspicion[row][0])[:AT_MOST]
    return [
        Look(samples[row].file, names[labels[row]], float(mean[row]), suspicion[row][1], encode(samples[row], LARGE))
        for row in ranked
    ]
