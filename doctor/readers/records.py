"""TFRecord framing: length, its checksum, payload, its checksum (https://www.tensorflow.org/tutorials/load_data/tfrecord)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from doctor.errors import HistoryError

LARGEST_PAYLOAD = 64 * 2**10
"""Bytes of the largest record that is looked at; graphs and pictures are larger and hold no scalars."""
_HEADER = struct.Struct("<QI")


def records(data: bytes) -> Iterator[bytes]:
    """Yield the payload of each record. A record cut short at the end (still being written) is left out.

    Raises:
        HistoryError: A checksum is wrong.
    """
    position = 0
    while position + _HEADER.size <= len(data):
        length, checksum = _HEADER.unpack_from(data, position)
        _verify(data[position : position + 8], checksum)
        start = position + _HEADER.size
        stop = start + length
        if stop + 4 > len(data):
            return
        if length <= LARGEST_PAYLOAD:
            payload = data[start:stop]
            _verify(payload, struct.unpack_from("<I", data, stop)[0])
            yield payload
        position = stop + 4


def masked_crc32c(data: bytes) -> int:
    """Return the Castagnoli CRC of `data`, rotated and offset as TFRecord does."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _verify(data: bytes, checksum: int) -> None:
    if masked_crc32c(data) != checksum:
        raise HistoryError("The event file is damaged: a checksum does not match. Copy the file again.")


def _table() -> tuple[int, ...]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        rows.append(value)
    return tuple(rows)


_TABLE = _table()
