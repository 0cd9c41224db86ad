"""TFRecord framing: length, its checksum, payload, its checksum (https://www.tensorflow.org/tutorials/load_data/tfrecord)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from doctor.errors import HistoryError

LARGEST_PAYLOAD = 64 * 2**10
"""Bytes of the largest record that is looked at; graphs and pictures are larger and hold no scalars."""
_HEADER = struct.Struct("<QI")
_CHECKSUM = 4
_MOST_AT_ONCE = 2**22
"""Bytes of which checksums are computed side by side, which bounds the memory that takes."""
Places = npt.NDArray[np.int64]


def records(data: bytes) -> Iterator[bytes]:
    """Yield the payload of each record. A record cut short at the end (still being written) is left out.

    Raises:
        HistoryError: A checksum is wrong.
    """
    starts, lengths = _walk(data)
    raw = np.frombuffer(data, np.uint8)
    headers = starts - _HEADER.size
    _verify(raw, headers, np.full(len(headers), 8))
    read = lengths <= LARGEST_PAYLOAD
    _verify(raw, starts[read], lengths[read])
    for start, length in zip(starts[read].tolist(), lengths[read].tolist(), strict=True):
        yield data[start : start + length]


def masked_crc32c(data: bytes) -> int:
    """Return the Castagnoli CRC of `data`, rotated and offset as TFRecord does."""
    return int(_masked(np.frombuffer(data, np.uint8).reshape(1, -1))[0])


def _walk(data: bytes) -> tuple[Places, Places]:
    """Return where the payload of each whole record begins, and its length.

    Raises:
        HistoryError: The length of the last one is not what was written.
    """
    starts, lengths, position = [], [], 0
    while position + _HEADER.size <= len(data):
        length, checksum = _HEADER.unpack_from(data, position)
        start = position + _HEADER.size
        if start + length + _CHECKSUM > len(data):
            if masked_crc32c(data[position : position + 8]) != checksum:
                raise HistoryError(_DAMAGED)
            break
        starts.append(start)
        lengths.append(length)
        position = start + length + _CHECKSUM
    return np.array(starts, np.int64), np.array(lengths, np.int64)


def _verify(raw: npt.NDArray[np.uint8], starts: Places, lengths: Places) -> None:
    """Compare the checksum after each stretch of bytes; those of one length are computed side by side.

    Raises:
        HistoryError: One differs.
    """
    for length in np.unique(lengths).tolist():
        same = starts[lengths == length]
        step = max(1, _MOST_AT_ONCE // (length + 1))
        for first in range(0, len(same), step):
            some = same[first : first + step]
            written = np.ascontiguousarray(raw[some[:, None] + np.arange(length, length + _CHECKSUM)]).view("<u4")[:, 0]
            if (_masked(raw[some[:, None] + np.arange(length)]) != written).any():
                raise HistoryError(_DAMAGED)


def _masked(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Return the masked CRC of each row of bytes, uint32 `[rows]`."""
    crc = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in rows.T:
        crc = _TABLE[(crc ^ column) & 0xFF] ^ (crc >> 8)
    crc ^= np.uint32(0xFFFFFFFF)
    return np.asarray(((crc >> 15) | (crc << 17)) + np.uint32(0xA282EAD8), np.uint32)


def _table() -> npt.NDArray[np.uint32]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        rows.append(value)
    return np.array(rows, np.uint32)


_TABLE = _table()
_DAMAGED = "The event file is damaged: a checksum does not match. Copy the file again."
