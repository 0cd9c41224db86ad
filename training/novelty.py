"""How far an image is from the training images in feature space, and from where on it is called unfamiliar.

The measure is the distance from the training images' centre, in units of their root mean squared distance. The limit
comes from leave-one-out distances, whose logarithms are taken as normal, so that a new image of the same kind passes it
with a stated probability even where there are few images (the prediction interval of a normal sample, Hahn 1969).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float32]

FALSE_FLAGS = 0.03
"""Share of images of the training images' kind that are to be flagged unfamiliar, about."""


@dataclass(frozen=True)
class Novelty:
    """The measure and its limit.

    Attributes:
        centre: float32 `[d]`.
        unit: Root mean squared distance of the training images from their centre.
        limit: Distances over it are unfamiliar.
        reference: Leave-one-out distances of the training images, float64 `[n]`.
    """

    centre: Floats
    unit: float
    limit: float
    reference: NDArray[np.float64]


def fit(features: Floats, false_flags: float = FALSE_FLAGS) -> Novelty | None:
    """Fit the measure on the training images' features, float32 `[n, d]`; None where they are all alike or too few."""
    n = len(features)
    centre = features.mean(axis=0, dtype=np.float64)
    distances = np.sqrt(((features - centre) ** 2).sum(axis=1))
    unit = float(np.sqrt((distances**2).mean()))
    if n < 3 or unit <= 0 or distances.min() <= 0:
        return None
    left_out = distances * n / (n - 1) / unit  # the centre of the others is that much further away
    logarithms = np.log(left_out)
    spread = logarithms.std(ddof=1) * np.sqrt(1 + 1 / n)
    limit = float(np.exp(logarithms.mean() + student.ppf(1 - false_flags, n - 1) * spread))
    return Novelty(centre.astype(np.float32), unit, limit, left_out)
