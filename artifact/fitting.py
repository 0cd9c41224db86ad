"""From a decoded picture to the size and colour of a model's input."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import ImageSpec


def fit(picture: Image.Image, spec: ImageSpec) -> Image.Image:
    """Resize by `spec.fit` with one antialiasing filter; return a picture of the input's size, in mode L or RGB.

    Transparency is flattened and the channels are settled after resizing, which is cheaper on few pixels.
    """
    picture = _to_color(picture, spec)
    size = _size_inside(picture, spec) if spec.fit == "pad" else (spec.width, spec.height)
    box = crop_box(picture.size, spec) if spec.fit == "crop" else None
    small = flatten(picture.resize(size, Image.Resampling.BILINEAR, box))
    mode = "L" if spec.color == "gray" else "RGB"
    small = small if small.mode == mode else small.convert(mode)  # to the mode that it has, Pillow makes a copy
    if small.size == (spec.width, spec.height):
        return small
    padded = Image.new(small.mode, (spec.width, spec.height))
    padded.paste(small, ((spec.width - small.width) // 2, (spec.height - small.height) // 2))
    return padded


def to_array(picture: Image.Image, spec: ImageSpec) -> NDArray[np.uint8]:
    """Return the pixels that a model takes of a decoded picture, uint8 `[height, width, channels]`."""
    return np.asarray(fit(picture, spec), dtype=np.uint8).reshape(spec.height, spec.width, spec.channels)


def flatten(picture: Image.Image) -> Image.Image:
    """Composite transparency on white, as a browser shows it; an opaque picture passes."""
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)


def crop_box(size: tuple[int, int], spec: ImageSpec) -> tuple[float, float, float, float]:
    """Return the centred box of a picture, of the input's aspect ratio, that `crop` keeps: left, top, right, bottom."""
    width, height = size
    scale = spec.keep * min(width / spec.width, height / spec.height)
    # rounding may pass the picture's edge by a hair, which Pillow refuses
    left = max(0.0, (width - spec.width * scale) / 2)
    top = max(0.0, (height - spec.height * scale) / 2)
    return left, top, width - left, height - top


def _to_color(picture: Image.Image, spec: ImageSpec) -> Image.Image:
    if picture.mode == "RGBA":
        return picture
    return picture.convert("L") if spec.color == "gray" and picture.mode != "L" else picture


def _size_inside(picture: Image.Image, spec: ImageSpec) -> tuple[int, int]:
    """Return the largest size of the picture's aspect ratio that lies inside the input, 1 pixel at the least."""
    scale = min(spec.width / picture.width, spec.height / picture.height)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
