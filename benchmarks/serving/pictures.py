"""The JPEGs that are posted: photographs that come with scikit-image, at the sizes of a web page and of a screen."""

import io
from dataclasses import dataclass

from PIL import Image
from skimage import data

SIZES = ((640, 480), (1920, 1080))


@dataclass(frozen=True)
class Picture:
    """A JPEG and what it is called in the tables."""

    name: str
    file: bytes


def make(size: tuple[int, int]) -> Picture:
    """Return scikit-image's photograph of a coffee cup, cropped to a size's shape and scaled to it, at quality 90."""
    photograph = Image.fromarray(data.coffee())
    scale = min(photograph.width / size[0], photograph.height / size[1])
    left, top = ((side - scale * wanted) / 2 for side, wanted in zip(photograph.size, size, strict=True))
    box = (left, top, photograph.width - left, photograph.height - top)
    file = io.BytesIO()
    photograph.resize(size, Image.Resampling.LANCZOS, box).save(file, "JPEG", quality=90)
    return Picture(f"{size[0]} × {size[1]}", file.getvalue())
