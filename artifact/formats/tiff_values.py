"""What the samples of a TIFF mean: ink or light, which of them is transparency, and what is black and white."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import ImageError
from artifact.formats import choosing
from artifact.upright import turn_array

_WHITE_IS_ZERO, _GRAY, _RGB, _INKS, _LUMA = 0, 1, 2, 5, 6
_COLOURS = {_WHITE_IS_ZERO: 1, _GRAY: 1, _RGB: 3, _INKS: 4, _LUMA: 3}
"""Samples of a pixel that are colour, by photometric interpretation."""
_TRANSPARENCY = (1, 2)
"""Kinds of extra samples that are an alpha channel."""


def declared(file: Any, page: Any) -> tuple[float, float] | None:
    """Return what a TIFF says is black and white: ImageJ's display range, its tags, or bits that are not used."""
    imagej = file.imagej_metadata or {}
    low, high = imagej.get("min"), imagej.get("max")
    if low is None or high is None:
        low, high = (_number(page, tag) for tag in ("SMinSampleValue", "SMaxSampleValue"))
    if low is not None and high is not None and np.isfinite([low, high]).all() and low < high:
        return float(low), float(high)
    if page.sampleformat in (0, 1) and 8 < page.bitspersample < 16:
        return 0.0, float(2**page.bitspersample - 1)
    return None


def _number(page: Any, name: str) -> float | None:
    tag = page.tags.get(name)
    if tag is None:
        return None
    value = tag.value[0] if isinstance(tag.value, tuple) else tag.value
    return float(value) if isinstance(value, int | float) else None


def build(
    values: NDArray[Any], page: Any, declared: tuple[float, float] | None, reading: Reading
) -> Image.Image | Samples:
    """Return the picture that samples make.

    Args:
        values: `[height, width]` or `[height, width, samples]`, as they are stored.
        page: tifffile's description of the page.
        declared: What the file says is black and white.
        reading: Which of several channels are meant.

    Raises:
        ImageError: The samples are of a kind that is not read, or there are several channels and none was chosen.
    """
    orientation = page.tags.get("Orientation")
    values = turn_array(values, int(orientation.value) if orientation is not None else 1)
    photometric = int(page.photometric)
    if photometric not in _COLOURS:
        raise ImageError(
            "unsupported",
            f"The TIFF's colours are {page.photometric.name} in {page.bitspersample} bits, which is not read here. "
            "Save it as RGB.",
        )
    colour, alpha = _split(values, page, photometric, reading)
    profile = page.tags.get("InterColorProfile")
    info = {"icc_profile": bytes(profile.value)} if profile is not None else {}
    if colour.dtype == np.bool_:
        colour = colour.astype(np.uint8) * 255
    if photometric == _INKS:
        colour = _eight(colour)
    if colour.dtype == np.uint8:
        return _picture(colour, alpha, photometric, info)
    transparency = None if alpha is None else _eight(alpha)
    return Samples(colour, declared, photometric == _WHITE_IS_ZERO, transparency, info)


def _split(
    values: NDArray[Any], page: Any, photometric: int, reading: Reading
) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Return the colour `[h, w]` or `[h, w, 3 or 4]`, and the alpha channel `[h, w]` where there is one."""
    if values.ndim == 2:
        return values, None
    count = values.shape[-1]
    colours = _COLOURS[photometric]
    kinds = [int(kind) for kind in page.extrasamples]
    # pages of one sample that were chosen as red, green and blue, not samples of one page
    if int(page.samplesperpixel) == 1 and count == 3:
        return values, None
    transparent = count == colours + 1 and bool(kinds) and kinds[0] in _TRANSPARENCY
    unnamed = count > colours and not transparent
    if unnamed and (reading.channels or colours == 1):
        chosen = choosing.channels(reading, [str(number) for number in range(1, count + 1)], "TIFF")
        picked = values[..., list(chosen)]
        return (picked[..., 0] if len(chosen) == 1 else picked), None
    colour = values[..., 0] if colours == 1 else values[..., :colours]
    return colour, values[..., colours] if transparent else None


def _eight(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return samples that fill their type, in 8 bits."""
    if values.dtype == np.uint8:
        return values
    whole = 1.0 if values.dtype.kind == "f" else float(np.iinfo(values.dtype).max)
    return np.clip(values * (255.0 / whole) + 0.5, 0, 255).astype(np.uint8)


def _picture(
    colour: NDArray[np.uint8], alpha: NDArray[Any] | None, photometric: int, info: dict[Any, Any]
) -> Image.Image:
    if photometric == _WHITE_IS_ZERO:
        colour = 255 - colour
    colour = np.ascontiguousarray(colour)
    picture = Image.fromarray(colour, "CMYK") if photometric == _INKS else Image.fromarray(colour)
    if alpha is not None:
        picture = picture.convert("RGB")
        picture.putalpha(Image.fromarray(np.ascontiguousarray(_eight(alpha))))
    picture.info = info
    return picture
