"""The little of the protocol-buffer wire format that event files need.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from doctor.errors import HistoryError

Field = int | bytes
_MOST_FIELDS = 100_000


def fields(message: bytes) -> Iterator[tuple[int, Field]]:
    """Yield (field number, value); numbers as int, everything with a length or fixed width as bytes.

    Raises:
        HistoryError: The bytes are no message.
    """
    position = 0
    for _ in range(_MOST_FIELDS):
        if position >= len(message):
            return
        key, position = _varint(message, position)
        wire_type = key & 7
        if wire_type == 0:
            value, position = _varint(message, position)
            yield key >> 3, value
            continue
        if wire_type == 2:
            width, position = _varint(message, position)
        elif wire_type in (1, 5):
            width = 8 if wire_type == 1 else 4
        else:
            raise _damaged()
        if position + width > len(message):
            raise _damaged()
        yield key >> 3, message[position : position + width]
        position += width
    raise _damaged()


def signed(value: int) -> int:
    """Read a 64-bit number as signed."""
    return value - 2**64 if value >= 2**63 else value


def floats(value: Field, code: str) -> list[float]:
    """Read little-endian numbers of a `struct` code; an odd rest is dropped."""
    if not isinstance(value, bytes):
        return []
    width = struct.calcsize(code)
    return [float(item[0]) for item in struct.iter_unpack(f"<{code}", value[: len(value) // width * width])]


def _varint(message: bytes, position: int) -> tuple[int, int]:
    result = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            raise _damaged()
        byte = message[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & (2**64 - 1), position
    raise _damaged()


def _damaged() -> HistoryError:
    return HistoryError("The event file is damaged: a record is not a complete message. Copy the file again.")
