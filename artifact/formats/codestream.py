"""What the header of a compressed picture inside another file declares, which its decoder believes.

A JPEG, JPEG-LS, JPEG 2000 or WebP inside a TIFF or a DICOM has a size of its own. It is read and compared before a
decoder makes room for it.
"""

import re
import struct

from artifact.errors import Damage
from artifact.formats import jpeg_scans

_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf\xf7]")
"""Markers of a JPEG's frame header: every kind of process, and that of JPEG-LS."""
_JPEG_2000 = b"\xff\x4f\xff\x51"
_MOST_SCANS = 20
_MOST_TILES = 4096
_MOST_LAYERS = 256
_MOST_SEGMENTS = 1000


def check(data: bytes, most_pixels: int, most_channels: int = 4) -> None:
    """Refuse a compressed picture that declares more than its place in the file has room for.

    Args:
        data: The compressed picture, from its first byte.
        most_pixels: Pixels that there is room for.
        most_channels: Channels that there is room for.

    Raises:
        Damage: It is larger, or damaged, or of a kind whose header is not known here.
    """
    if data.startswith(b"\xff\xd8"):
        size = _jpeg(data)
    elif _JPEG_2000 in data[:65536]:
        size = check_jpeg_2000(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        size = (*_webp(data), 4)
    else:
        raise Damage("what is inside has no header that is known")
    width, height, channels = size
    if width * height > most_pixels or channels > most_channels:
        raise Damage(f"inside it is a picture of {width} x {height} pixels and {channels} channels")


def _jpeg(data: bytes) -> tuple[int, int, int]:
    """Return width, height and channels of a JPEG."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        place = data.find(b"\xff", place)
        if place < 0:
            break
        if _FRAME.match(data, place):
            height, width, channels = struct.unpack_from(">HHB", data, place + 5)
            if jpeg_scans.count(data, _MOST_SCANS) > _MOST_SCANS:
                raise Damage(f"inside it is a JPEG of more than {_MOST_SCANS} scans")
            return width, height, channels
        place += 1 if data[place + 1 : place + 2] == b"\xff" else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise Damage("the JPEG inside has no frame")


def check_jpeg_2000(data: bytes) -> tuple[int, int, int]:
    """Return width, height and channels of a JPEG 2000.

    Raises:
        Damage: It is made of more tiles or layers than any encoder writes; a decoder makes room for each.
    """
    place = data.find(_JPEG_2000)
    right, bottom, left, top, tile_width, tile_height, tile_left, tile_top, channels = struct.unpack_from(
        ">8IH", data, place + 8
    )
    if not (tile_width and tile_height and left < right and top < bottom):
        raise Damage("its sizes are not those of a picture")
    tiles = -(-(right - tile_left) // tile_width) * -(-(bottom - tile_top) // tile_height)
    coding = data.find(b"\xff\x52", place)
    layers = struct.unpack_from(">H", data, coding + 6)[0] if coding > 0 else 1
    if tiles > _MOST_TILES or layers > _MOST_LAYERS:
        raise Damage(f"it is made of {tiles} tiles and {layers} layers")
    return right - left, bottom - top, channels


def _webp(data: bytes) -> tuple[int, int]:
    """Return width and height of a WebP (RFC 9649)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
