"""Writes TensorBoard event files byte by byte."""

from __future__ import annotations

import struct

from doctor.readers.records import masked_crc32c


def event_file(events: list[tuple[int, str, float]]) -> bytes:
    """Write scalars as event.proto and summary.proto say: Event.step 2, .summary 5; Value.tag 1, .simple_value 2."""
    return b"".join(
        _record(
            b"\x10" + _varint(step) + _field(5, _field(1, _field(1, tag.encode()) + b"\x15" + struct.pack("<f", value)))
        )
        for step, tag, value in events
    )


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _record(payload: bytes) -> bytes:
    length = struct.pack("<Q", len(payload))
    return length + struct.pack("<I", masked_crc32c(length)) + payload + struct.pack("<I", masked_crc32c(payload))
