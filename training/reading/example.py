"""The built-in example: 35 images to learn from and 10 to test on, faces or not, the numbers of the original question.

They come from `skimage.data.lfw_subset`: 100 faces of Labeled Faces in the Wild (Huang et al. 2007) and 100 pieces of
background of the same photographs, 25 x 25 pixels, gray. The draw is fixed.
"""

import io
from functools import partial

import numpy as np
from PIL import Image

from training.errors import TrainingError
from training.reading.found import Found, Part

FACE, OTHER = "face", "other"
SEED = 35
N_TRAIN, N_TEST = {FACE: 18, OTHER: 17}, {FACE: 5, OTHER: 5}
NAME = "faces"


def find() -> list[Found]:
    """Return the example's images, as PNG files in memory; raises `TrainingError` where scikit-image is missing."""
    try:
        from skimage.data import lfw_subset
    except ImportError as error:
        raise TrainingError(
            "The built-in example needs scikit-image. Install the training requirements, or give a folder of your own."
        ) from error
    pixels = np.rint(lfw_subset() * 255).astype(np.uint8)
    generator = np.random.default_rng(SEED)
    found = []
    for label, first in ((FACE, 0), (OTHER, 100)):
        drawn = first + generator.permutation(100)[: N_TRAIN[label] + N_TEST[label]]
        for position, index in enumerate(drawn):
            part: Part = "train" if position < N_TRAIN[label] else "test"
            read = partial(bytes, _png(pixels[index]))  # made once, as it is read many times
            found.append(Found(f"{part}/{label}/{index:03d}.png", label, part, read))
    return sorted(found, key=lambda entry: entry.file)


def _png(pixels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
