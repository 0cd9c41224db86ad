"""Samples of more than 8 bits: brought to 8 bits by one scale for the whole data set, never by one of their own.

A file says how many bits a sample takes, not which of them are used: 12-bit cameras write 0 to 4095 into 16 bits. So
the scale is told from all training images and from what the files declare (`choose`), kept on the card, and used for
every picture alike.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import Scale
from artifact.errors import ImageError

_STRIP = 2**20
"""Samples that are scaled at once, which bounds the memory."""
_MEASURED = 2**20
"""Samples of a picture, about, that its range is told from."""
_TAILS = (0.1, 99.9)
"""Percentiles between which a picture's samples lie, but for dead and hot pixels."""


@dataclass(frozen=True)
class Range:
    """Where a picture's samples lie.

    Attributes:
        least: The least sample.
        low: The least but for 0.1 % of them.
        high: The greatest but for 0.1 % of them.
        most: The greatest sample.
        declared: What the file says is black and white, or None.
    """

    least: float
    low: float
    high: float
    most: float
    declared: tuple[float, float] | None


@dataclass(frozen=True)
class Samples:
    """A decoded picture of more than 8 bits.

    Attributes:
        values: `[height, width]` or `[height, width, 3]`, of any type of number.
        declared: The samples that the file says are black and white, or None where it says nothing.
        inverted: Whether the least sample is white.
        alpha: uint8 `[height, width]`, 255 where the picture is opaque, or None where it is so everywhere.
        info: What Pillow would keep beside a picture: `icc_profile`, `exif`.
    """

    values: NDArray[Any]
    declared: tuple[float, float] | None = None
    inverted: bool = False
    alpha: NDArray[np.uint8] | None = None
    info: dict[Any, Any] = field(default_factory=dict)

    def measure(self) -> Range:
        """Return where the samples lie, without those that are not finite."""
        flat = self.values.reshape(-1)
        part = flat[:: max(1, flat.size // _MEASURED)]
        if part.dtype.kind == "f":
            flat, part = flat[np.isfinite(flat)], part[np.isfinite(part)]
        if not part.size:
            return Range(0.0, 0.0, 0.0, 0.0, self.declared)
        low, high = np.percentile(part, _TAILS)
        return Range(float(flat.min()), float(low), float(high), float(flat.max()), self.declared)

    def to_picture(self, scale: Scale | None = None) -> Image.Image:
        """Return the picture in 8 bits, in mode L, RGB or RGBA.

        Args:
            scale: The data set's scale; without one the file's own declaration counts, and without that all that its
                type of sample can hold.

        Raises:
            ImageError: There is no scale, and the type of sample has no agreed black and white.
        """
        low, high = (scale.low, scale.high) if scale else self.declared or self._whole()
        picture = Image.fromarray(_to_bytes(self.values, low, high, self.inverted))
        if self.alpha is not None:
            picture = picture.convert("RGB") if picture.mode != "RGB" else picture
            picture.putalpha(Image.fromarray(self.alpha))
        picture.info = dict(self.info)
        return picture

    def _whole(self) -> tuple[float, float]:
        if self.values.dtype.kind == "f":
            raise _without_scale("floating-point samples, which")
        if self.values.size and (self.values.min() < 0 or self.values.max() > 65535):
            raise _without_scale("samples outside 0 to 65535, which")
        return 0.0, 65535.0


def choose(ranges: Sequence[Range]) -> Scale:
    """Return one scale for all pictures of a data set, from where the samples of its training images lie.

    Where most files declare a range (a window, a display range, the bits that are used), it is the median of those.
    Otherwise black is 0 and white the greatest number of as many bits as are used; where that would leave the samples
    in less than an eighth of the scale, or they are negative, they span it themselves. A few hot pixels count no more
    than the rest: they cannot make the scale over four times as long.
    """
    declared = [found.declared for found in ranges if found.declared is not None]
    if 2 * len(declared) >= len(ranges):
        low, high = (statistics.median(pair[end] for pair in declared) for end in (0, 1))
    else:
        low, high = _used(ranges)
    if not low < high:
        low, high = low, low + 1.0
    return Scale(low, high, min(found.high for found in ranges), max(found.high for found in ranges))


def explain_range(found: Range, scale: Scale | None) -> str | None:
    """Return why a picture's samples do not fit the scale that it is read by, as a sentence; None where they do."""
    if scale is None:
        if found.declared is not None or found.least < 0 or found.most >= 65536 / 4:
            return None
        return (
            f"The samples of this image reach {found.most:g} of the 65535 that its file can hold, and neither the file "
            "nor the training images say what is white, so it is read as nearly black. Save it in 8 bits."
        )
    dim = found.high - scale.low < (scale.dimmest - scale.low) / 2
    bright = found.high - scale.low > 2 * max(scale.brightest - scale.low, (scale.high - scale.low) / 2)
    if not dim and not bright:
        return None
    return (
        f"The samples of this image reach {found.high:g}, those of the training images {scale.dimmest:g} to "
        f"{scale.brightest:g}, so it is read as {'darker' if dim else 'brighter'} than they were. Save it with their "
        "range."
    )


def _used(ranges: Sequence[Range]) -> tuple[float, float]:
    low, high = min(found.low for found in ranges), max(found.high for found in ranges)
    bits, tight = _whole_range(max(found.most for found in ranges)), _whole_range(high)
    white = bits if bits <= 4 * tight + 3 else tight
    if low < 0 or high - low < white / 8:
        return low, high
    return 0.0, white


def _whole_range(most: float) -> float:
    """Return the greatest number of as many bits as a sample takes; 1 for samples that are shares."""
    return 1.0 if most <= 1.0 else float(2 ** int(np.ceil(np.log2(most + 1))) - 1)


def _to_bytes(values: NDArray[Any], low: float, high: float, inverted: bool) -> NDArray[np.uint8]:
    """Scale `low` to `high` to 0 to 255, rounding to the nearest; what lies outside, or is not finite, is clipped."""
    if values.dtype == np.uint16:  # by a table, which takes a fraction of the time and memory
        table = _to_bytes(np.arange(65536, dtype=np.float64), low, high, inverted)
        return np.asarray(table[values], np.uint8)
    eight = np.empty(values.shape, np.uint8)
    flat, out = values.reshape(-1), eight.reshape(-1)
    for start in range(0, flat.size, _STRIP):
        share = (flat[start : start + _STRIP].astype(np.float64) - low) * (255.0 / (high - low))
        scaled = np.clip(np.nan_to_num(np.floor(share + 0.5), nan=0.0, posinf=255.0, neginf=0.0), 0, 255)
        out[start : start + _STRIP] = 255 - scaled if inverted else scaled
    return eight


def _without_scale(what: str) -> ImageError:
    return ImageError(
        "unreadable",
        f"The file has {what} have no agreed black and white; 8- or 16-bit samples were expected. Scale them to 0 to "
        "255 and save as PNG.",
    )
