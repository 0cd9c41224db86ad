"""Small copies of images for the report: JPEG in base64, in the image's own shape and never larger than it."""

import base64
import io
import math

from PIL import Image

from artifact.card import ImageSpec
from training.reading.dataset import Sample
from training.reading.facts import PROPERTIES

SMALL, LARGE = 96, 320
"""The longer side, in pixels: of one image among many, and of one that is shown by itself and can be enlarged."""


def encode(sample: Sample, side: int) -> str:
    """Return a copy of an image whose longer side has at most `side` pixels."""
    width, height = _size(sample)
    scale = min(1.0, side / max(width, height))
    spec = ImageSpec(max(1, round(height * scale)), max(1, round(width * scale)), fit="stretch")
    file = io.BytesIO()
    Image.fromarray(sample.load(spec)).save(file, "JPEG", quality=80)
    return base64.b64encode(file.getvalue()).decode()


def _size(sample: Sample) -> tuple[float, float]:
    """Return width and height of the upright image in pixels, as they were measured."""
    properties = dict(zip(PROPERTIES, sample.facts.properties, strict=True))
    root, half = math.exp(properties["pixels"] / 2), math.exp(properties["aspect ratio"] / 2)
    return root * half, root / half
