"""From the bytes of an image file to the pixels that a model takes; training and serving both call `load`.

The steps, in their order: know the format by the first bytes and read the header (`artifact.formats`); refuse what is
too large before any pixel is decoded; decode (a JPEG at a reduced scale where that loses nothing); bring samples to 8
bits (`artifact.samples`); turn upright by the EXIF orientation (`artifact.picture`); resize with one antialiasing
filter and composite transparency on white (`artifact.fitting`).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import ImageSpec
from artifact.errors import ImageError
from artifact.fitting import crop_box, flatten
from artifact.limits import DEFAULT_LIMITS, Limits
from artifact.picture import Picture

__all__ = ["DEFAULT_LIMITS", "ImageError", "Limits", "Picture", "crop_box", "decode", "flatten", "load", "open"]


def open(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Read the header of an image file; raises `ImageError` where it is not an image or passes a limit."""
    return Picture(data, limits)


def load(data: bytes, spec: ImageSpec, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """Decode an image file and fit it to a model's input.

    Args:
        data: The whole file, of a format of `artifact.formats.TABLE`; of an animation, the first frame.
        spec: Height, width, colour and fit of the tensor.
        limits: Files and pictures over them are refused before decoding.

    Returns:
        uint8 `[height, width, channels]`, 0 to 255, channels in the order red, green, blue.

    Raises:
        ImageError: The bytes are not an image, are damaged, or pass a limit; its `code` says which.
    """
    return Picture(data, limits).load(spec)


def decode(data: bytes, spec: ImageSpec | None = None, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Decode an image file, upright, in Pillow mode L, RGB or RGBA.

    With a `spec`, a JPEG may come at a reduced scale that still covers the model's input. Raises `ImageError`.
    """
    return Picture(data, limits).decode(spec)
