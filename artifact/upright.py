"""Turning pictures upright by the orientation that EXIF and TIFF give (1 to 8; 1 is upright)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation (Pillow's angles are counterclockwise)."""


def turn(picture: Image.Image) -> Image.Image:
    """Return a picture upright, by its EXIF data."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # EXIF data that cannot be read do not spoil the pixels: it is shown as it is stored
        return picture
    way = _TURNS.get(orientation)
    return picture if way is None else picture.transpose(way)


def turn_array(values: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return an array `[height, width, ...]` upright."""
    if orientation in (5, 6, 7, 8):
        values = values.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    return np.ascontiguousarray(values)
