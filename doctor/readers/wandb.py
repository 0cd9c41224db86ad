"""Weights & Biases' offline run: run-ID.wandb, records of protocol buffers in LevelDB's log framing.

Framing: blocks of 32 KiB; a record's parts have a checksum, a length and a type (whole, first, middle, last)
(https://github.com/google/leveldb/blob/main/doc/log_format.md). Field numbers follow wandb_internal.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from doctor.errors import HistoryError
from doctor.readers import jsontext
from doctor.readers.base import NO, SURE, Log, Reader, limited
from doctor.readers.source import Source
from doctor.readers.wire import fields
from doctor.tracks import of_rows

_MAGIC = b":W&B"
_BLOCK = 32 * 2**10
_PART = struct.Struct("<IHB")
_HISTORY, _ITEM = 2, 1
_KEY, _NESTED, _INTEGER, _NUMBER, _JSON = 1, 2, 5, 6, 16
_MOST_FILES = 50


def recognises(source: Source) -> int:
    """Tell whether it is such a file, or a folder with such files."""
    if source.is_folder:
        return SURE if source.find("run-*.wandb", 0) else NO
    return SURE if source.head.startswith(_MAGIC) else NO


def read(source: Source) -> list[Log]:
    """Read what was logged, line by line.

    Raises:
        HistoryError: The file is damaged, or nothing was logged.
    """
    if source.is_folder:
        files = source.find("run-*.wandb", _MOST_FILES)
        return [Log(_of_file(file), name=file.name.removeprefix("run-").removesuffix(".wandb")) for file in files]
    return [Log(_of_file(source))]


def _of_file(source: Source) -> tuple[Any, ...]:
    rows = limited(_rows(source.data))
    if not rows:
        raise HistoryError(f"{source.name!r} holds no history; nothing was logged, or the file is damaged.")
    return of_rows(rows)


def _rows(data: bytes) -> Iterator[dict[str, Any]]:
    for record in _records(data):
        for number, value in fields(record):
            if number == _HISTORY and isinstance(value, bytes):
                yield dict(_item(item) for key, item in fields(value) if key == _ITEM and isinstance(item, bytes))


def _records(data: bytes) -> Iterator[bytes]:
    position, parts = 7, b""
    while position + _PART.size <= len(data):
        left = _BLOCK - position % _BLOCK
        if left < _PART.size:
            position += left
            continue
        _, length, kind = _PART.unpack_from(data, position)
        position += _PART.size
        if kind == 0 or position + length > len(data):
            return  # the rest was not written yet
        payload = data[position : position + length]
        position += length
        parts = payload if kind in (1, 2) else parts + payload
        if kind in (1, 4):
            yield parts


def _item(message: bytes) -> tuple[str, Any]:
    names: list[str] = []
    cell: Any = None
    for number, value in fields(message):
        if number in (_KEY, _NESTED) and isinstance(value, bytes):
            names.append(value.decode("utf-8", "replace"))
        elif number == _JSON and isinstance(value, bytes):
            cell = _parsed(value)
        elif number == _NUMBER and isinstance(value, bytes) and len(value) == 8:
            cell = struct.unpack("<d", value)[0]
        elif number == _INTEGER and isinstance(value, int):
            cell = value
    return "/".join(names), cell


def _parsed(value: bytes) -> Any:
    try:
        return jsontext.loads(value)
    except (ValueError, RecursionError):
        return None


READER = Reader("wandb", recognises, read)
