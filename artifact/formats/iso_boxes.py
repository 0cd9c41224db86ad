"""The colours that a HEIF or AVIF file declares for its primary picture (boxes of ISO/IEC 23008-12 and 14496-12)."""

import struct
from collections.abc import Iterator

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
    transfer = _BRIGHTER_THAN_WHITE.get(_transfer(data) or 0)
    if transfer is not None:
        raise ImageError(
            "unsupported",
            f"The {name} is an HDR picture ({transfer}), which is not read here. Save it as sRGB, in 8 bits.",
        )


def _transfer(data: bytes) -> int | None:
    """Return the transfer function of the primary item's `colr` box of kind nclx; None where there is none."""
    try:
        meta = next(body for kind, body in _boxes(data) if kind == b"meta")[4:]
        inside = dict(_boxes(meta))
        primary = int.from_bytes(inside[b"pitm"][4:], "big")
        properties = list(_boxes(inside[b"iprp"]))
        boxes = [box for kind, body in properties if kind == b"ipco" for box in _boxes(body)]
        own = [index for kind, body in properties if kind == b"ipma" for index in _associated(body, primary)]
        for index in own:
            kind, body = boxes[index - 1]
            if kind == b"colr" and body[:4] == b"nclx":
                return int(struct.unpack_from(">H", body, 6)[0])
    except (StopIteration, KeyError, IndexError, struct.error):  # damaged, or without such a box: the decoder says more
        pass
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
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
