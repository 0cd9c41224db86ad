"""How far an image is from the training images in feature space, and from where on it is called unfamiliar.

The measure is the distance to the nearer class's centre (the nearest class mean, Mensink et al. 2013), in units of the
training images' own root mean squared distance; so no training image has to travel with the model. The limit comes from
leave-one-out distances, whose logarithms are taken as normal, so that a new image of the same kind passes it with a
stated probability even where there are few images (the prediction interval of a normal sample, Hahn 1969).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float32]

FALSE_FLAGS = 0.03
"""Share of images of the training images' kind that are to be flagged unfamiliar, about."""
LEAST_SPREAD = 0.05
"""Of the logarithms: a few images that happen to be equally far away do not make the limit sharp."""


@dataclass(frozen=True)
class Novelty:
    """The measure and its limit.

    Attributes:
        centres: Of the negative and the positive class, float32 `[2, d]`.
        unit: Root mean squared distance of the training images from their own class's centre.
        limit: Distances over it are unfamiliar.
        reference: Leave-one-out distances of the training images, float64 `[n]`.
    """

    centres: Floats
    unit: float
    limit: float
    reference: NDArray[np.float64]


def fit(features: Floats, labels: NDArray[np.int64], false_flags: float = FALSE_FLAGS) -> Novelty | None:
    """Fit the measure on the training images' features, float32 `[n, d]`.

    Returns None where a class has a single image or all of its images are alike, so that no distance can be told.
    """
    centres = np.stack([features[labels == label].mean(axis=0, dtype=np.float64) for label in (0, 1)])
    distances = np.stack([np.linalg.norm(features - centre, axis=1) for centre in centres], axis=1)  # [n, 2]
    rows = np.arange(len(labels))
    own = distances[rows, labels]
    sizes = np.bincount(labels, minlength=2)[labels]
    unit = float(np.sqrt((own**2).mean()))
    if sizes.min() < 2 or unit <= 0:
        return None
    distances[rows, labels] = own * sizes / (sizes - 1)  # without the image, its class's centre is that much further
    reference = distances.min(axis=1) / unit
    if reference.min() <= 0:
        return None
    logarithms = np.log(reference)
    spread = max(float(logarithms.std(ddof=1)), LEAST_SPREAD) * np.sqrt(1 + 1 / len(labels))
    limit = float(np.exp(logarithms.mean() + student.ppf(1 - false_flags, len(labels) - 1) * spread))
    return Novelty(centres.astype(np.float32), unit, limit, reference)
