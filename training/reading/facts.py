"""What one pass over an image file records: a hash, a fingerprint, and simple properties.

The properties are what may give a label away without what the picture shows: brightness, contrast, colour, sharpness,
shape and size. The fingerprint finds near duplicates: the difference hash (Krawetz 2013), 64 bits of which neighbour is
brighter in a 9 x 8 thumbnail, beside a 16 x 16 thumbnail that confirms it.
"""

import dataclasses
import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageStat

from artifact import image
from artifact.animation import is_animated
from artifact.card import AS_THEY_ARE, ImageSpec, Reading
from artifact.deep import Range
from artifact.provenance import UNKNOWN, Provenance
from training.reading import decoded

PROPERTIES = (
    *("brightness", "contrast", "saturation", "sharpness", "aspect ratio", "pixels", "file size"),
    *("red less blue", "green less red and blue"),
)
"""Names of the entries of `Facts.properties`, in their order."""

_LOOK = ImageSpec(256, 256)


@dataclass(frozen=True)
class Facts:
    """What is known of one image file without a network.

    Attributes:
        sha256: Hash of the file's bytes, in hexadecimal.
        difference_hash: 64 bits; near duplicates differ in few of them.
        thumbnail: float32 `[256]`, a 16 x 16 gray thumbnail less its mean, of unit length (zero where flat).
        properties: float64, one for each of `PROPERTIES`: brightness, contrast and saturation from 0 to 1; sharpness as
            the share of the variance between neighbouring pixels; the next three as natural logarithms; the last two,
            which are the cast of light or camera, as differences of the means of channels from 0 to 1.
        animated: Whether the file holds more frames than the one that is read.
        provenance: What the file says of where its picture comes from.
        samples: Where its samples lie, if they are of more than 8 bits.
    """

    sha256: str
    difference_hash: int
    thumbnail: NDArray[np.float32]
    properties: NDArray[np.float64]
    animated: bool = False
    provenance: Provenance = UNKNOWN
    samples: Range | None = None


def measure(data: bytes, reading: Reading = AS_THEY_ARE) -> Facts:
    """Decode an image file and measure it; raises `artifact.errors.ImageError` where it is not a usable image.

    Args:
        data: The whole file.
        reading: How files of more than 8 bits, several pages or channels are read.
    """
    opened = image.open(data)
    width, height = opened.size
    provenance, sha256 = opened.provenance(), hashlib.sha256(data).hexdigest()
    picture = decoded.decode(sha256, data, opened, dataclasses.replace(_LOOK, reading=reading))
    picture = image.flatten(_reduce(picture))
    gray = np.asarray(picture.convert("L"), dtype=np.float64) / 255.0
    return Facts(
        sha256=sha256,
        difference_hash=_difference_hash(picture),
        animated=is_animated(data),
        thumbnail=_thumbnail(picture),
        properties=np.array(
            [
                gray.mean(),
                gray.std(),
                _saturation(picture),
                _sharpness(gray),
                np.log(picture.width / picture.height),
                np.log(width * height),
                np.log(len(data)),
                *_cast(picture),
            ]
        ),
        provenance=provenance,
    )


def _reduce(picture: Image.Image) -> Image.Image:
    """Halve a picture until it is under 512 x 512 pixels in area, as JPEG files were on decoding.

    Whatever the file's format, the properties are then of one scale, and measuring them takes little memory.
    """
    halvings = (math.isqrt(picture.width * picture.height) // _LOOK.width).bit_length() - 1
    return picture.reduce(2**halvings) if halvings > 0 else picture


def _difference_hash(picture: Image.Image) -> int:
    small = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")


def _thumbnail(picture: Image.Image) -> NDArray[np.float32]:
    small = np.asarray(picture.convert("L").resize((16, 16), Image.Resampling.BOX), dtype=np.float32).ravel()
    centred = small - small.mean()
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / length if length > 0 else centred, dtype=np.float32)


def _saturation(picture: Image.Image) -> float:
    red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB")), 2, 0)  # max(axis=2) takes ten times as long
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return float((most - least).mean()) / 255


def _cast(picture: Image.Image) -> tuple[float, float]:
    """Return the mean of red less that of blue, and of green less the mean of both: what light and camera colour.

    They are in hundredths, since what JPEG leaves of colour in gray pictures is less, and is not seen.
    """
    red, green, blue = (float(mean) / 255 for mean in ImageStat.Stat(picture.convert("RGB")).mean)
    return round(red - blue, 2), round(green - (red + blue) / 2, 2)


def _sharpness(gray: NDArray[np.float64]) -> float:
    """Return the mean squared step between neighbours over twice the variance: 0 smooth, 1 white noise."""
    steps = [np.diff(gray, axis=axis).ravel() for axis in (0, 1)]
    variance = float(gray.var())
    return float(np.mean(np.concatenate(steps) ** 2)) / (2 * variance) if variance > 0 else 0.0
