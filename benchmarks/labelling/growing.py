"""One set, one draw: label ten images more at a time, and see how good the model is on images that are left out.

The model is the expert's of `benchmarks.accuracy`: its head is fitted in a second, whatever the number of images.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import baselines
from training.evaluation.scores import sigmoid
from training.labelling.ranking import rank

FIRST, STEP, LAST = 10, 10, 70
TESTED = 0.4

Floats = NDArray[np.float64]
Choose = Callable[[NDArray[np.int64], Floats], NDArray[np.int64]]


def draw(labels: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that are labelled first (five of each class), those to choose from, and those to test on."""
    rows = np.random.default_rng(seed).permutation(len(labels))
    test, rest = np.split(rows, [round(TESTED * len(rows))])
    first = np.concatenate([rest[labels[rest] == label][: FIRST // 2] for label in (0, 1)])
    return first, np.setdiff1d(rest, first), test


def choosers(features: NDArray[np.float32], seed: int) -> dict[str, Choose]:
    """Return both ways of choosing among rows, given the model's probabilities for them."""
    generator = np.random.default_rng(1000 + seed)
    return {
        "chance": lambda rows, _: generator.choice(rows, STEP, replace=False),
        "suggest": lambda rows, probabilities: rows[rank(features[rows], probabilities, STEP)],
    }


def grow(features: Floats, labels: NDArray[np.int64], seed: int, choose: Choose) -> Iterator[tuple[int, float, float]]:
    """Yield the number of labelled images, and the accuracy and the log loss on those left out."""
    known, rest, test = draw(labels, seed)
    while True:
        logits = baselines.logits(features[known], labels[known], features)
        sign = np.where(labels[test] == 1, 1, -1)
        yield len(known), float((sign * logits[test] > 0).mean()), float(np.logaddexp(0, -sign * logits[test]).mean())
        if len(known) >= LAST or len(rest) < STEP:
            return
        added = choose(rest, sigmoid(logits[rest]))
        known, rest = np.concatenate([known, added]), np.setdiff1d(rest, added)
