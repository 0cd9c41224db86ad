"""Bring the sample types that image files come in (1, 2, 4, 8, 16 and 32 bits, palettes, inks) to 8 bits.

Pillow modes in: any of its openable ones. Modes out: L, RGB, or RGBA where a pixel can be transparent.
"""

import numpy as np
from PIL import Image

from artifact.errors import ImageError


def to_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, EXIF data kept; raises `ImageError` where samples have no scale."""
    mode = picture.mode
    if mode.startswith("I"):
        return _from_sixteen_bits(picture)
    if "transparency" in picture.info or mode in ("LA", "PA", "La", "RGBa"):
        return picture.convert("RGBA")
    if mode in ("L", "RGB", "RGBA"):
        return picture
    if mode == "1":
        return picture.convert("L")
    if mode == "F":
        raise ImageError(
            "unreadable",
            "The file has floating-point samples, which have no agreed black and white; 8- or 16-bit samples were "
            "expected. Scale them to 0 to 255 and save as PNG.",
        )
    return picture.convert("RGB")


def _from_sixteen_bits(picture: Image.Image) -> Image.Image:
    """Scale 0..65535 to 0..255, rounding to the nearest."""
    samples = np.asarray(picture).astype(np.int32)
    if samples.size and (samples.min() < 0 or samples.max() > 65535):
        raise ImageError(
            "unreadable",
            "The file has 32-bit samples outside 0 to 65535, which have no agreed black and white; 8- or 16-bit "
            "samples were expected. Scale them to 0 to 255 and save as PNG.",
        )
    eight = Image.fromarray(((samples + 128) // 257).astype(np.uint8))
    transparent = picture.info.get("transparency")  # the one gray value that stands for nothing, as PNG has it
    if transparent is not None:
        eight.putalpha(Image.fromarray(np.where(samples == transparent, 0, 255).astype(np.uint8)))
        eight = eight.convert("RGBA")
    eight.info = {key: value for key, value in picture.info.items() if key != "transparency"}
    return eight
