"""TensorBoard event files, read without TensorFlow.

Field numbers follow event.proto, summary.proto and tensor.proto of TensorFlow.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from doctor.errors import HistoryError
from doctor.readers.base import LARGEST_EVENTS, NO, SURE, Log, Reader
from doctor.readers.event_folder import Writer, log_of_writers, read_folder
from doctor.readers.records import masked_crc32c, records
from doctor.readers.source import Source
from doctor.readers.wire import Field, fields, floats, signed

_CODES = {1: "f", 2: "d"}
"""TensorProto.dtype -> struct code; scalars are written as one of these."""
_VALUE_FIELDS = {5: "f", 6: "d"}
"""TensorProto.float_val and double_val -> struct code."""


def recognises(source: Source) -> int:
    """Tell whether the first twelve bytes are a record length and its checksum, or a folder holds event files."""
    if source.is_folder:
        return SURE - 1 if source.find("*tfevents*", 0) else NO
    data = source.head[:12]
    return SURE if len(data) == 12 and masked_crc32c(data[:8]) == struct.unpack_from("<I", data, 8)[0] else NO


def read(source: Source) -> list[Log]:
    """Read the scalars of one event file, or of all that lie in a folder.

    Raises:
        HistoryError: A file is too large or damaged, or holds no scalar.
    """
    if source.is_folder:
        return read_folder(source, scalars)
    writer = Writer("", source.path.parent.name if source.path else "")
    writer.add(scalars(source.data))
    return [log_of_writers([writer])]


def scalars(data: bytes) -> Iterator[tuple[int, str, float]]:
    """Yield step, tag and value of each scalar of one event file."""
    if len(data) > LARGEST_EVENTS:
        raise HistoryError(f"The event file has {len(data):,} bytes; at most {LARGEST_EVENTS:,} are read.")
    for record in records(data):
        yield from _event(record)


def _event(record: bytes) -> Iterator[tuple[int, str, float]]:
    step, summaries = 0, []
    for number, value in fields(record):
        if number == 2 and isinstance(value, int):
            step = signed(value)
        elif number == 5 and isinstance(value, bytes):
            summaries.append(value)
    for summary in summaries:
        for number, value in fields(summary):
            if number == 1 and isinstance(value, bytes):
                tag, scalar = _summary_value(value)
                if scalar is not None:
                    yield step, tag, scalar


def _summary_value(message: bytes) -> tuple[str, float | None]:
    tag, scalar = "", None
    for number, value in fields(message):
        if number == 1 and isinstance(value, bytes):
            tag = value.decode("utf-8", "replace")
        elif number == 2:
            scalar = _only(floats(value, "f"))
        elif number == 8 and isinstance(value, bytes):
            scalar = _tensor(value)
    return tag, scalar


def _tensor(message: bytes) -> float | None:
    parts: dict[int, Field] = dict(fields(message))
    code = _CODES.get(parts[1]) if isinstance(parts.get(1), int) else None  # type: ignore[arg-type]
    if code and isinstance(parts.get(4), bytes):
        return _only(floats(parts[4], code))
    for number, code in _VALUE_FIELDS.items():
        if number in parts:
            return _only(floats(parts[number], code))
    return None


def _only(values: list[float]) -> float | None:
    return values[0] if len(values) == 1 else None


READER = Reader("tensorboard", recognises, read)
