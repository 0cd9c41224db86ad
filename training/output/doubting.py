"""Whose label to doubt: an image that models which had not seen it surely take for the other class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.reading.dataset import Sample, label_array

TIMES = 3.0
"""How many times as probable as its own class the other one is."""


def doubt(
    labels: NDArray[np.int64], others: NDArray[np.float64], train: Sequence[Sample], guessing: bool
) -> NDArray[np.bool_]:
    """Tell which labels to doubt, `[n]`, given the probability of each image's other class (Northcutt et al. 2021).

    Where that class is the more frequent one, it has to be so many times as probable as the classes' shares alone make
    it: five of a rare class are not mislabelled because the common answer is the likelier one. Of a model that is no
    better than `guessing` nothing follows.
    """
    counts = np.maximum(np.bincount(label_array(train), minlength=2), 1)
    usual = np.maximum(1.0, counts[1 - labels] / counts[labels])
    return np.asarray((others >= TIMES * usual * (1 - others)) & (not guessing))
