"""Reads training logs of the common frameworks; one small module for each format, one table.

Every reader turns bytes into rows, is bounded in size, and raises nothing but `HistoryError`, whatever the input.
Adding a format is one module and one entry in `READERS`.
"""

from __future__ import annotations

import os
from pathlib import Path

from doctor.columns import match
from doctor.context import Context
from doctor.errors import HistoryError
from doctor.readers import delimited, json_lines, lightning, structured, tensorboard, trainer_state
from doctor.readers.base import LARGEST_TEXT, Log, Reader, number_of
from doctor.readers.folder import read_folder

READERS: tuple[Reader, ...] = (
    tensorboard.READER,
    trainer_state.READER,
    json_lines.READER,
    structured.READER,
    lightning.READER,
    delimited.READER,
)
"""The formats, the most telling first: the first one that recognises the bytes reads them."""

History = dict[str, list[float]]


def read(source: str | os.PathLike[str] | bytes, format: str | None = None) -> tuple[History, Context]:
    """Read a training log.

    Args:
        source: A path (a TensorBoard folder is read whole), or the bytes of a file.
        format: One of csv, lightning, json, jsonl, trainer_state, tensorboard; found out where it is None.

    Returns:
        The curves found, under Keras's names, one value an epoch (NaN where there is none), and the context.

    Raises:
        HistoryError: The log cannot be read, or has no training loss; the message lists what was found.
    """
    log = _log(source, format)
    names = match(dict.fromkeys(str(name) for row in log.rows for name in row))
    history = {curve: [number_of(row.get(name)) for row in log.rows] for curve, name in names.items()}
    blank = [all(value != value for value in values) for values in zip(*history.values(), strict=True)]
    kept = {curve: _without_blank_end(values, blank) for curve, values in history.items()}
    return kept, Context.of(log.context)


def _log(source: str | os.PathLike[str] | bytes, format: str | None) -> Log:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _reader(bytes(source), format).read(bytes(source))
    path = Path(source)
    try:
        if path.is_dir():
            return read_folder(path)
        if path.stat().st_size > LARGEST_TEXT:
            raise HistoryError(f"The file {path.name!r} is larger than {LARGEST_TEXT:,} bytes; keep fewer columns.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, HistoryError):
            raise
        raise HistoryError(f"The file {path.name!r} cannot be opened: {error.__class__.__name__}.") from None
    return _reader(data, format).read(data)


def _reader(data: bytes, format: str | None) -> Reader:
    if not data.strip():
        raise HistoryError("The log is empty; expected a training history with at least one epoch.")
    names = {reader.name: reader for reader in READERS}
    if format is not None:
        if format not in names:
            raise HistoryError(f"The format {format!r:.40} is not known; expected one of {', '.join(names)}.")
        return names[format]
    for reader in READERS:
        if reader.recognises(data):
            return reader
    raise HistoryError(f"The log is neither text nor a TensorBoard event file; expected one of {', '.join(names)}.")


def _without_blank_end(values: list[float], blank: list[bool]) -> list[float]:
    # Keras's CSVLogger and half-written files may end in rows without any value.
    length = len(values)
    while length > 1 and blank[length - 1]:
        length -= 1
    return values[:length]


__all__ = ["READERS", "Reader", "read"]
