"""TensorBoard event files, read without TensorFlow.

Field numbers follow event.proto, summary.proto and tensor.proto of TensorFlow.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from doctor.columns import ALIASES, normalise
from doctor.errors import HistoryError
from doctor.readers.base import LARGEST_EVENTS, MOST_ROWS, Log, Reader
from doctor.readers.records import masked_crc32c, records
from doctor.readers.rounds import by_validation
from doctor.readers.wire import Field, fields, floats, signed

_CODES = {1: "f", 2: "d"}
"""TensorProto.dtype -> struct code; scalars are written as one of these."""
_VALUE_FIELDS = {5: "f", 6: "d"}
"""TensorProto.float_val and double_val -> struct code."""


def recognises(data: bytes) -> bool:
    """Tell whether the first twelve bytes are a record length and its checksum."""
    return len(data) >= 12 and masked_crc32c(data[:8]) == struct.unpack_from("<I", data, 8)[0]


def read(data: bytes) -> Log:
    """Read the scalars of one event file.

    Raises:
        HistoryError: The file is too large or damaged, or holds no scalar.
    """
    return log_of(scalars(data))


def scalars(data: bytes, prefix: str = "") -> dict[str, dict[int, float]]:
    """Return tag -> step -> value of one event file, `prefix` before each tag that is a known curve."""
    if len(data) > LARGEST_EVENTS:
        raise HistoryError(f"The event file has {len(data):,} bytes; at most {LARGEST_EVENTS:,} are read.")
    found: dict[str, dict[int, float]] = {}
    for record in records(data):
        for step, tag, value in _event(record):
            found.setdefault(_named(tag, prefix), {})[step] = value
    return found


def log_of(found: dict[str, dict[int, float]]) -> Log:
    """Put tags side by side by step; training values between two validations are averaged."""
    if not found:
        raise HistoryError("The event file holds no scalar; expected tags such as 'epoch_loss' or 'loss/train'.")
    known = {tag: values for tag, values in found.items() if normalise(tag) in ALIASES}
    # Unknown tags pass through with their first step only, so that an error can list them.
    steps = sorted(set().union(*(values for values in (known or found).values())))[:MOST_ROWS]
    rows: list[dict[str, Any]] = [{} for _ in steps]
    place = {step: row for row, step in enumerate(steps)}
    for tag, values in (known or found).items():
        for step, value in values.items():
            if step in place:
                rows[place[step]][tag] = value
    return Log(by_validation(rows))


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


def _named(tag: str, prefix: str) -> str:
    curve = ALIASES.get(normalise(tag), "")
    return f"{prefix}{curve}" if prefix and curve and not curve.startswith("val_") else tag


READER = Reader("tensorboard", recognises, read)
