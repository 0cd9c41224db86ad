"""PNG; of an animated one, the picture that programs without animation show.

Pillow reads colour of 16 bits by dropping the lower eight, which leaves next to nothing of a 12-bit camera's;
imagecodecs (the extra `scientific`) reads it where that is installed. A gamma of its own (gAMA) is brought to that of
sRGB where neither a profile nor sRGB is declared, as browsers do and Pillow does not.
"""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from artifact import primaries
from artifact.card import Reading
from artifact.deep import Samples
from artifact.errors import Damage, ImageError
from artifact.formats import choosing
from artifact.formats.interface import Format
from artifact.formats.pillow_file import PillowFile
from artifact.samples import to_eight_bits

_DEPTH, _KIND = 24, 25
"""Where the header has the bits of a sample, and the kind of colour: 0 gray, 2 colour, 4 and 6 with transparency."""
_COLOURED = (2, 3, 6)
"""Kinds that are not gray; 3 is a palette."""
_DARK = 64
"""Of 255: a picture that stays below has lost too much with its lower bits."""
_GAMMA = 1 / 2.2
"""Of sRGB, as gAMA has it; files that declare about as much are left as they are."""
_BRIGHTER_THAN_WHITE = {16: "PQ", 18: "HLG"}
"""Transfer functions of cICP (ITU-T H.273) whose white is none of sRGB's."""


class PngFile(PillowFile):
    """A PNG, of 1 to 16 bits."""

    def __init__(self, data: bytes) -> None:
        """Read the header."""
        super().__init__(data, ["PNG"])
        self._colour16 = data[_DEPTH : _DEPTH + 1] == b"\x10" and data[_KIND] in (2, 4, 6)
        self._data = data
        _check_transfer(data)
        self._declare_colours(data)
        if self._colour16:
            self.bits, self._least_bytes = 16, 25

    def _declare_colours(self, data: bytes) -> None:
        """Make a profile of cICP, which takes precedence over all else, or of cHRM with gAMA, which yields to all."""
        info = self.file.info
        if numbers := _cicp(data):
            info.pop("icc_profile", None)
            self.declare(primaries.by_numbers(*numbers))
            info["srgb"] = 0  # the gamma is that of cICP
        chromaticities, gamma = info.get("chromaticity"), info.get("gamma", 0)
        if data[_KIND] not in _COLOURED or _is_declared(info) or not _is_likely(gamma):
            return  # of gray the gamma alone counts
        if chromaticities and not primaries.are_srgb(chromaticities):
            self.declare(primaries.profile(tuple(chromaticities), None if _is_usual(gamma) else 1 / gamma))

    def decode(self, reading: Reading) -> Image.Image | Samples:
        """Decode the picture, in all of its bits where that can be done."""
        _check_sums(self._data)
        if not self._colour16 or "transparency" in self.file.info or reading.pages in ("middle", "max"):
            return _to_usual_gamma(super().decode(reading))
        try:
            values = choosing.library("imagecodecs", "a PNG of 16-bit colour", "scientific").png_decode(self._data)
        except ImageError:
            self.file.load()
            if max(high for _, high in self.file.convert("RGB").getextrema()) < _DARK:  # type: ignore[misc]
                raise
            return self.file
        samples = values.shape[-1]
        alpha = (values[..., -1] >> 8).astype(np.uint8) if samples in (2, 4) else None
        colour = values[..., 0] if samples == 2 else values[..., :3]
        return Samples(np.ascontiguousarray(colour), alpha=alpha, info=dict(self.file.info))


def _check_sums(data: bytes) -> None:
    """Raise `Damage` where pixels are not those that were written: Pillow compares the other chunks' sums only."""
    place, view, kind = 8, memoryview(data), b""
    while place + 12 <= len(data):
        before, kind = kind, data[place + 4 : place + 8]
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        if kind == b"IDAT":
            if end + 4 > len(data):
                return  # cut short, which the decoder says
            if zlib.crc32(view[place + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
                raise Damage("the checksum of its pixels is another")
        elif before == b"IDAT":
            return
        place = end + 4


def _cicp(data: bytes) -> tuple[int, int] | None:
    """Return the numbers of primaries and transfer function in the chunk cICP; None where there is none."""
    place = data.find(b"cICP", 0, max(0, data.find(b"IDAT")))
    if place < 0 or data[place - 4 : place] != b"\0\0\0\4":
        return None
    return data[place + 4], data[place + 5]


def _check_transfer(data: bytes) -> None:
    """Refuse a picture for screens that are brighter than white (cICP); read as sRGB it would be flat and gray."""
    _, number = _cicp(data) or (0, 0)
    transfer = _BRIGHTER_THAN_WHITE.get(number)
    if transfer is not None:
        raise ImageError(
            "unsupported",
            f"The PNG is an HDR picture ({transfer}), which is not read here. Save it as sRGB, in 8 bits.",
        )


def _is_declared(info: Mapping[Any, Any]) -> bool:
    """Tell whether the file says by more than numbers which colours it has."""
    return "icc_profile" in info or "srgb" in info


def _is_likely(gamma: float) -> bool:
    """Tell whether a picture may be of this gamma, rather than its chunk damaged."""
    return 0.1 <= gamma <= 2


def _is_usual(gamma: float) -> bool:
    return abs(gamma - _GAMMA) < 0.02


def _to_usual_gamma(picture: Image.Image | Samples) -> Image.Image | Samples:
    """Return a picture of 8 bits whose gAMA is not about that of sRGB as sRGB; of more bits the scale is told."""
    if isinstance(picture, Samples) or picture.mode.startswith(("I", "F")):
        return picture
    gamma = picture.info.get("gamma", 0)
    if _is_declared(picture.info) or not _is_likely(gamma) or _is_usual(gamma):
        return picture
    info, picture = dict(picture.info), to_eight_bits(picture)
    curve = [round(255 * (sample / 255) ** (_GAMMA / gamma)) for sample in range(256)]
    bands = {"L": 1, "RGB": 3, "RGBA": 3}[picture.mode]
    changed = picture.point(curve * bands + (list(range(256)) if picture.mode == "RGBA" else []))
    changed.info = {key: value for key, value in info.items() if key not in ("gamma", "transparency")}
    return changed


FORMAT = Format(
    name="PNG",
    suffixes=(".png",),
    media_types=("image/png",),
    recognises=lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    open=PngFile,
)
