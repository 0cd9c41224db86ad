"""Pictures of which every pixel is known, and what the tests of images compare them with."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec

Color = Literal["rgb", "gray"]
Fit = Literal["stretch", "crop", "pad"]
_RNG = np.random.default_rng(7)
PIXELS = _RNG.integers(0, 256, (22, 30, 3), dtype=np.uint8)
ALPHA = _RNG.integers(0, 256, (22, 30), dtype=np.uint8)


def exactly(pixels: NDArray[Any], color: Color = "rgb", fit: Fit = "stretch") -> ImageSpec:
    return ImageSpec(height=pixels.shape[0], width=pixels.shape[1], color=color, fit=fit)


def smooth(height: int, width: int) -> NDArray[np.uint8]:
    """A picture that JPEG keeps well: uint8 [height, width, 3]."""
    rows, columns = np.mgrid[0:height, 0:width] / 60.0
    waves = [np.sin(columns + channel) * np.cos(rows * (1 + channel / 3)) for channel in range(3)]
    return (127.5 + 120 * np.stack(waves, axis=-1)).astype(np.uint8)


def on_white(pixels: NDArray[np.number], alpha: NDArray[np.number]) -> NDArray[np.int16]:
    """Composite by hand: colours to 255 [h, w, 3] or [h, w] under an alpha [h, w]."""
    colours = np.broadcast_to(pixels[..., None], (*pixels.shape, 3)) if pixels.ndim == 2 else pixels
    share = alpha[..., None] / 255.0
    shown: NDArray[np.int16] = np.rint(colours * share + 255.0 * (1 - share)).astype(np.int16)
    return shown
