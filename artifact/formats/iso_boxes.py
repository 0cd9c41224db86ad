"""The colours that a HEIF or AVIF file declares for its primary picture (boxes of ISO/IEC 23008-12 and 14496-12)."""

import struct
from collections.abc import Iterator

from artifact import primaries
from artifact.errors import ImageError

_MOST_BOXES = 4096
_BRIGHTER_THAN_WHITE = {16: "PQ", 18: "HLG"}
"""Transfer functions (ITU-T H.273) whose white is none of sRGB's."""


def check_transfer(data: bytes, name: str) -> None:
    """Refuse a picture for screens that are brighter than white; read as sRGB it would be flat and gray.

    A picture of usual brightness with a gain map beside it, as phones write it, is not one.

    Args:
        data: The whole file.
        name: The format, for people.

    Raises:
        ImageError: The primary picture is of such a kind.
    """
    transfer = _BRIGHTER_THAN_WHITE.get(_declared(data)[1])
    if transfer is not None:
        raise ImageError(
            "unsupported",
            f"The {name} is an HDR picture ({transfer}), which is not read here. Save it as sRGB, in 8 bits.",
        )


def profile(data: bytes) -> bytes | None:
    """Return a colour profile of what the primary picture declares by numbers; None where that is sRGB, or nothing."""
    return primaries.by_numbers(*_declared(data))


def _declared(data: bytes) -> tuple[int, int]:
    """Return primaries and transfer function of the primary item's `colr` box of kind nclx; 2, unknown, without one."""
    try:
        meta = next(body for kind, body in boxes(data) if kind == b"meta")[4:]
        inside = dict(boxes(meta))
        primary = int.from_bytes(inside[b"pitm"][4:], "big")
        properties = list(boxes(inside[b"iprp"]))
        listed = [box for kind, body in properties if kind == b"ipco" for box in boxes(body)]
        own = [index for kind, body in properties if kind == b"ipma" for index in _associated(body, primary)]
        for index in own:
            kind, body = listed[index - 1]
            if kind == b"colr" and body[:4] == b"nclx":
                found: tuple[int, int] = struct.unpack_from(">HH", body, 4)
                return found
    except (StopIteration, KeyError, IndexError, struct.error):  # damaged, or without such a box: the decoder says more
        pass
    return 2, 2


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each box."""
    place = 0
    for _ in range(_MOST_BOXES):
        if place + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, place)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, place + 8)[0], 16
        end = len(data) if size == 0 else place + size
        if end < place + head:
            return
        yield kind, data[place + head : end]
        place = end


def _associated(body: bytes, item: int) -> list[int]:
    """Return the numbers, from 1, of the properties that an item has by a box `ipma`."""
    version, flags, count = body[0], body[3], struct.unpack_from(">I", body, 4)[0]
    wide_item, wide_index = version >= 1, bool(flags & 1)
    place = 8
    for _ in range(min(count, _MOST_BOXES)):
        number = struct.unpack_from(">I" if wide_item else ">H", body, place)[0]
        place += 4 if wide_item else 2
        indices = struct.unpack_from(f">{body[place]}{'H' if wide_index else 'B'}", body, place + 1)
        place += 1 + body[place] * (2 if wide_index else 1)
        if number == item:
            return [index & (0x7FFF if wide_index else 0x7F) for index in indices]
    return []
