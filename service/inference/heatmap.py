"""Draw where the network saw evidence: a transparent picture to lay over the image, of the image's shape.

Evidence for the positive class is orange, evidence against it is blue, and none is clear; the two colours are told
apart by every common form of colour vision. The strongest place of a picture is drawn at full strength, so colours
compare places within one picture, not pictures with each other.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import ImageSpec
from artifact.image import crop_box

FOR = (230, 97, 0)
AGAINST = (64, 84, 200)
_STRONGEST = 200  # of 255, so that the picture below shows through
_LONG_SIDE = 256  # pixels; evidence is far coarser, and a browser scales it smoothly


def render(evidence: NDArray[np.float32], spec: ImageSpec, size: tuple[int, int]) -> bytes:
    """Return a PNG with transparency that covers a picture.

    Args:
        evidence: `[h, w]`, what each place adds to the logit.
        spec: How the picture was fitted to the network's input.
        size: Width and height of the upright picture.
    """
    scale = _LONG_SIDE / max(size)
    width, height = (max(1, round(side * scale)) for side in size)
    left, top, right, bottom = _covered(spec, width, height)
    strength = np.nan_to_num(evidence.astype(np.float32), posinf=0.0, neginf=0.0)
    smooth = Image.fromarray(strength / max(float(np.abs(strength).max()), 1e-12))
    box = (round(right) - round(left), round(bottom) - round(top))
    canvas = Image.new("RGBA", (width, height))
    canvas.paste(_color(np.asarray(smooth.resize(box, Image.Resampling.BICUBIC))), (round(left), round(top)))
    file = io.BytesIO()
    canvas.save(file, "PNG")
    return file.getvalue()


def _covered(spec: ImageSpec, width: int, height: int) -> tuple[float, float, float, float]:
    """Return the part of a picture that the network's input shows: left, top, right, bottom.

    With `pad` the input is larger than the picture, so the box reaches beyond it.
    """
    if spec.fit == "stretch":
        return 0, 0, width, height
    if spec.fit == "crop":
        return crop_box((width, height), spec)
    scale = max(width / spec.width, height / spec.height)
    left, top = (width - spec.width * scale) / 2, (height - spec.height * scale) / 2
    return left, top, width - left, height - top


def _color(strength: NDArray[np.float32]) -> Image.Image:
    """Return an RGBA picture of values from -1 to 1."""
    pixels = np.empty((*strength.shape, 4), np.uint8)
    pixels[..., :3] = np.where(strength[..., None] >= 0, FOR, AGAINST)
    pixels[..., 3] = np.clip(np.abs(strength), 0, 1) * _STRONGEST
    return Image.fromarray(pixels)
