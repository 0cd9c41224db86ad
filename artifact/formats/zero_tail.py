"""Files that end in zeros: what a disk holds of a picture whose copying broke off after its length was set.

Decoders take the zeros for data, and give a picture whose lower part is flat or nonsense, without a word.
"""

import re

from artifact.errors import Damage
from artifact.formats import iso_boxes

_LEAST = 512
"""Zeros at the end that are looked at: a disk's smallest sector. Compressed pixels, flat ones too, have no such run."""
_SHARE = 32
"""Of a HEIC or AVIF zeros must be so large a share: many files are filled up a little."""
_METADATA = re.compile(rb"Exif\0\0(?:II|MM)|(?:EXIF|XMP )")
"""Where these stand behind the pixels, zeros may be theirs."""
_EXIF = 65_536
_HEADER = 4_096
"""Bytes at the beginning in which uncompressed pixels (`unci`), which may be black, would be declared."""


def check_jpeg(data: bytes) -> None:
    """Refuse a JPEG whose last scan has no end, but zeros; raises `Damage`. After an end zeros are a filling."""
    if (zeros := _count(data)) and data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda"):
        raise _damage(data, zeros)


def check_webp(data: bytes) -> None:
    """Refuse a WebP whose pixels end in zeros; raises `Damage`. After what the header says is the file they may be."""
    declared = data[: 8 + int.from_bytes(data[4:8], "little")]
    zeros = _count(declared)
    if zeros and not _METADATA.search(declared):
        raise _damage(declared, zeros)


def check_boxes(data: bytes) -> None:
    """Refuse a HEIC or AVIF whose coded pictures (`mdat`, at the end) end in zeros; raises `Damage`."""
    zeros = _count(data)
    if not zeros or zeros < len(data) / _SHARE:
        return
    *_, last = (kind for kind, _ in iso_boxes.boxes(data))
    start = len(data) - zeros
    if last == b"mdat" and not _METADATA.search(data, max(0, start - _EXIF)) and b"unci" not in data[:_HEADER]:
        raise _damage(data, zeros)


def _count(data: bytes) -> int:
    """Return the zeros at the end, or 0 where they are too few to mean anything."""
    return len(data) - len(data.rstrip(b"\0")) if data.endswith(bytes(_LEAST)) else 0


def _damage(data: bytes, zeros: int) -> Damage:
    return Damage(f"its last {zeros:,} of {len(data):,} bytes are zeros")
