"""VisualDL's `vdlrecords.NUMBER.log`, which Paddle's callback writes: a length and a protocol-buffer message, in turn.

Record: repeated Value 1; Value: step 1, tag 2, time 3, number 4 (float32), as visualdl 2.5's record.proto has it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from doctor.errors import HistoryError
from doctor.readers.base import LARGEST_EVENTS, MOST_ROWS, NO, SURE, Log, Reader, Track
from doctor.readers.shapes import series
from doctor.readers.source import Source
from doctor.readers.wire import fields

_BEGINS = b"\x12\x0dmeta_data_tag"
_LENGTH = struct.Struct("<Q")
_STEP, _TAG, _NUMBER = 1, 2, 4
_MOST_FILES = 50
Curves = dict[str, tuple[list[int], list[float]]]


def recognises(source: Source) -> int:
    """Tell whether it is such a file, or a folder with such files."""
    if source.is_folder:
        return SURE if source.find("vdlrecords.*.log", 0) else NO
    return SURE if _BEGINS in source.head[:64] else NO


def read(source: Source) -> list[Log]:
    """Read the scalars of a file, or of each folder that holds such files.

    Raises:
        HistoryError: A file is too large or damaged, or there are too many.
    """
    if not source.is_folder:
        return [Log(_tracks([source]))]
    files = source.find("vdlrecords.*.log", _MOST_FILES)
    if len(files) > _MOST_FILES:
        raise HistoryError(f"{source.name!r} holds more than {_MOST_FILES} files of VisualDL; name one run's folder.")
    folders: dict[str, list[Source]] = {}
    for file in files:
        assert file.path is not None
        assert source.path is not None
        folders.setdefault(file.path.parent.relative_to(source.path).as_posix(), []).append(file)
    return [Log(_tracks(held), name=folder if len(folders) > 1 else None) for folder, held in folders.items()]


def _tracks(files: list[Source]) -> tuple[Track, ...]:
    curves: Curves = {}
    for file in files:
        if file.size > LARGEST_EVENTS:
            raise HistoryError(f"The file {file.name!r} is larger than {LARGEST_EVENTS:,} bytes; log once an epoch.")
        for count, (step, tag, number) in enumerate(_scalars(file.data)):
            if count >= MOST_ROWS:
                raise HistoryError(f"{file.name!r} holds more than {MOST_ROWS:,} scalars; log once an epoch.")
            steps, numbers = curves.setdefault(tag, ([], []))
            steps.append(step)
            numbers.append(number)
    if not curves:
        raise HistoryError("VisualDL's log holds no scalar; expected tags such as 'train/loss'.")
    return tuple(series(tag, steps, numbers) for tag, (steps, numbers) in curves.items())


def _scalars(data: bytes) -> Iterator[tuple[int, str, float]]:
    position = 0
    while position + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, position)
        position += _LENGTH.size
        if position + length > len(data):
            return  # the rest was not written yet
        for _, value in fields(data[position : position + length]):
            if isinstance(value, bytes):
                found = dict(fields(value))
                step, tag, number = found.get(_STEP, 0), found.get(_TAG), found.get(_NUMBER)
                if isinstance(step, int) and isinstance(tag, bytes) and isinstance(number, bytes) and len(number) == 4:
                    yield step, tag.decode("utf-8", "replace"), struct.unpack("<f", number)[0]
        position += length


READER = Reader("visualdl", recognises, read)
