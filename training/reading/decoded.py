"""Photographs as they were decoded, kept for whoever needs them next.

Most of what reading a photograph takes is decoding it, and a run needs each at several sizes: to be measured, framed in
two ways, shown in the report. A phone's twelve megapixels come out of the decoder at about 500 x 380 for all of them.
"""

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifact import fitting, image
from artifact.card import ImageSpec, Reading

WORTH = 50_000
"""Bytes of a file from which its picture is kept; smaller ones are decoded in no time."""
LARGEST = 4_000_000
"""Bytes of a picture up to which it is kept."""
MOST = 128_000_000
"""Bytes of all that are kept: those of 160 photographs. The first ones stay, as all are asked for in one order."""
_BYTES = {"L": 1}
"""A pixel, by Pillow's mode; of colours it is four."""

Key = tuple[str, Reading, tuple[tuple[int, int], str]]


@dataclass
class _Kept:
    """Pictures by the hash of their file, how it is read, and how it is decoded; and the bytes of all."""

    pictures: dict[Key, Image.Image] = field(default_factory=dict)
    bytes: int = 0
    lock: Lock = field(default_factory=Lock)


_kept = _Kept()


def forget() -> None:
    """Keep nothing of what was decoded so far."""
    with _kept.lock:
        _kept.pictures.clear()
        _kept.bytes = 0


def load(sha256: str, data: bytes, spec: ImageSpec) -> NDArray[np.uint8]:
    """Return what `artifact.image.load` does of a file, whose hash is known; raises as that does."""
    return fitting.to_array(decode(sha256, data, image.open(data), spec), spec)


def decode(sha256: str, data: bytes, opened: image.Picture, spec: ImageSpec) -> Image.Image:
    """Return what `opened.decode(spec)` does, which is not to be changed; raises as that does."""
    if len(data) < WORTH:
        return opened.decode(spec)
    key = sha256, spec.reading, opened.plan(spec)
    picture = _kept.pictures.get(key)
    if picture is None:
        picture = opened.decode(spec)
        _keep(key, picture)
    return picture


def _keep(key: Key, picture: Image.Image) -> None:
    size = picture.width * picture.height * _BYTES.get(picture.mode, 4)
    with _kept.lock:
        if size <= LARGEST and _kept.bytes + size <= MOST and key not in _kept.pictures:
            _kept.pictures[key] = picture.copy()  # the one that was opened holds on to its file
            _kept.bytes += size
