"""How many scans a JPEG has: each is a pass over the whole picture, however few bytes it takes."""

import re

_SCAN = b"\xff\xda"
_END = 0xD9
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7\x01]")
"""A marker in a scan's data: not a stuffed byte, a filling byte or a restart."""
_MOST_SEGMENTS = 20_000
"""Segments that are walked through; files of cameras have some dozens."""


def count(data: bytes, enough: int) -> int:
    """Return the number of scans of the first JPEG in a file; the count may end at `enough` + 1.

    The two bytes of a scan's marker are never in a scan's data, but may be in metadata (a thumbnail). So their number
    is a bound, which is found at the speed of memory; only where it passes `enough` are the segments walked through.
    A file of more segments than anybody writes counts as one of too many scans.
    """
    bound = data.count(_SCAN)
    return bound if bound <= enough else _walk(data, enough)


def first_is_partial(data: bytes, planes: int) -> bool:
    """Tell whether the first scan lacks some of the planes, so that others must follow.

    Where the scan's marker stands in metadata too, the answer may be yes without need.
    """
    place = data.find(_SCAN)
    return 0 <= place < len(data) - 4 and data[place + 4] < planes


def _walk(data: bytes, enough: int) -> int:
    """Follow the segments from marker to marker."""
    scans, place = 0, 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, place)
        if found is None or data[found.start() + 1] == _END:
            return scans
        scans += found.group() == _SCAN
        if scans > enough:
            return scans
        place = found.start() + 2 + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))
    return enough + 1


def frame(data: bytes) -> tuple[int, int]:
    """Return the second byte of the frame's marker, and the bits of a sample (ITU-T T.81, B.2.2); zeros for none."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        if place + 5 > len(data) or data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            return marker, data[place + 4]
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return 0, 0
