"""Bring the sample types that image files come in (1, 2, 4, 8, 16 and 32 bits, palettes, inks) to 8 bits.

Pillow modes in: any of its openable ones. Modes out: L, RGB, or RGBA where a pixel can be transparent.
"""

import numpy as np
from PIL import Image

from artifact.card import Scale
from artifact.deep import Samples


def to_eight_bits(picture: Image.Image | Samples, scale: Scale | None = None) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, EXIF data kept; raises `ImageError` where samples have no scale.

    Args:
        picture: What a file was decoded to.
        scale: What is black and white in samples of more than 8 bits.
    """
    found = deep(picture)
    if found is not None:
        return found.to_picture(scale)
    assert isinstance(picture, Image.Image)
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "La", "RGBa"):
        return picture.convert("RGBA")
    if picture.mode in ("L", "RGB", "RGBA"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def deep(picture: Image.Image | Samples) -> Samples | None:
    """Return the samples where there are more than 8 bits, else None."""
    if isinstance(picture, Samples):
        return picture
    if picture.mode != "F" and not picture.mode.startswith("I"):
        return None
    values = np.asarray(picture)
    info = dict(picture.info)
    transparent = info.pop("transparency", None)  # the one gray value that stands for nothing, as PNG has it
    alpha = None if transparent is None else np.where(values == transparent, 0, 255).astype(np.uint8)
    return Samples(values, alpha=alpha, info=info)
