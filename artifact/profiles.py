"""Colour profiles: a picture of another colour space (Display P3, Adobe RGB, inks, gray with a gamma) becomes sRGB.

Pictures without a profile are taken for sRGB, as the web does. The usual sRGB profiles are known by what they contain
(the primaries and the curve), whoever wrote them, and cost nothing. A damaged profile is ignored.
"""

import io
import struct
from functools import lru_cache
from typing import Any

from PIL import Image

_LARGEST = 4 * 1024**2
"""Bytes of a profile; those of printing presses have under three million."""
_MOST_TAGS = 100
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB ", "CMYK": b"CMYK"}
_PRIMARIES = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
"""Of sRGB, adapted to the white point D50 (IEC 61966-2-1, ICC.1)."""
_CURVE = {0.1: 0.01002, 0.5: 0.21404, 0.9: 0.78741}
"""Light by sample, both as shares: points of sRGB's curve."""


def to_srgb(picture: Image.Image) -> Image.Image:
    """Return a picture of mode L, RGB, RGBA or CMYK in sRGB; without a profile, or with that of sRGB, it passes."""
    profile = picture.info.get("icc_profile")
    if not profile or is_srgb(profile) or profile[16:20] != _SPACES.get(picture.mode):
        return picture
    transform = _transform(profile, picture.mode)
    if transform is None:
        return picture
    changed: Image.Image = transform.apply(picture)
    changed.info = {key: value for key, value in picture.info.items() if key != "icc_profile"}
    return changed.convert("L") if picture.mode == "L" else changed


@lru_cache(maxsize=16)
def is_srgb(profile: bytes) -> bool:
    """Tell whether a profile is that of sRGB: its primaries and its curve, within what rounding makes of them."""
    try:
        tags = _tags(profile)
        if profile[16:20] != b"RGB " or b"A2B0" in tags:
            return False
        primaries = {name: struct.unpack_from(">3i", tags[name], 8) for name in _PRIMARIES}
        near = all(
            abs(found / 65536 - expected) < 0.003
            for name, values in primaries.items()
            for found, expected in zip(values, _PRIMARIES[name], strict=True)
        )
        curves = {tags[name] for name in (b"rTRC", b"gTRC", b"bTRC")}
        return near and all(
            abs(_light(curve, sample) - light) < 0.001 for curve in curves for sample, light in _CURVE.items()
        )
    except (KeyError, struct.error, ValueError, OverflowError, ZeroDivisionError):
        return False


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """Return the contents of a profile's tags by their signatures."""
    count = min(struct.unpack_from(">I", profile, 128)[0], _MOST_TAGS)
    rows = (struct.unpack_from(">4sII", profile, 132 + 12 * number) for number in range(count))
    return {name: profile[offset : offset + size] for name, offset, size in rows}


def _light(curve: bytes, sample: float) -> float:
    """Return what a tone curve makes of a sample: a table, a gamma, or the formula of sRGB."""
    if curve[:4] == b"para":
        kind = struct.unpack_from(">H", curve, 8)[0]
        if kind != 3:
            return -1.0
        gamma, slope, offset, linear, start = (value / 65536 for value in struct.unpack_from(">5i", curve, 12))
        return float((slope * sample + offset) ** gamma if sample >= start else linear * sample)
    count = struct.unpack_from(">I", curve, 8)[0]
    if count < 2:
        return -1.0
    place = sample * (count - 1)
    low, high = struct.unpack_from(">2H", curve, 12 + 2 * int(place))
    return float((low + (high - low) * (place - int(place))) / 65535)


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> Any:
    """Return Pillow's transform from a profile to sRGB; None where the profile is damaged or very large."""
    if len(profile) > _LARGEST:
        return None
    from PIL import ImageCms  # here, since most pictures need none

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        to_mode = "RGBA" if mode == "RGBA" else "RGB"
        return ImageCms.buildTransform(source, target, mode, to_mode, intent, flags)
    except Exception:  # little CMS refuses damaged profiles in many ways, and a picture without profile is sRGB
        return None
