"""From scores to probabilities that mean what they say, fitted on scores for images that the model had not seen."""

import numpy as np
from numpy.typing import NDArray

from artifact.card import Calibration

Floats = NDArray[np.float64]

PRIOR_IMAGES = 10.0
"""How many images' worth of evidence it takes to move the scale half-way from 1 to what the data say."""


def probability(logits: Floats, calibration: Calibration) -> Floats:
    """Return sigmoid(slope * logit + intercept) of each score."""
    scores = calibration.slope * logits + calibration.intercept
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)))
