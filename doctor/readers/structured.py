"""JSON: Keras's History.history, a list of epochs, or an object that holds either, perhaps with its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import islice
from typing import Any

from doctor import tracks
from doctor.context import Context
from doctor.errors import HistoryError
from doctor.points import MISSING
from doctor.readers import cells, jsontext
from doctor.readers.base import MOST_COLUMNS, NO, PERHAPS, Log, Reader, Track, limited
from doctor.readers.nested import histories
from doctor.readers.source import Source

_MOST_RUNS = 200
_MATLAB = {"TrainingLoss", "BaseLearnRate"}
"""Columns of the `info` of MATLAB's trainNetwork, one value an iteration, null where validation was not measured."""


def recognises(source: Source) -> int:
    """Tell whether the bytes begin like a JSON object or list."""
    return PERHAPS if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else NO


def read(source: Source) -> list[Log]:
    """Read a history written as JSON.

    Raises:
        HistoryError: The text is not JSON, or holds no history.
    """
    return logs_of(source.json if source.json is not None else parse(source.text))


def parse(text: str) -> Any:
    """Parse JSON, turning every way in which that fails into a `HistoryError`."""
    try:
        return jsontext.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise HistoryError(f"The text is not JSON that can be read: {str(error)[:120]}.") from None


def logs_of(value: Any) -> list[Log]:
    """Find the histories in parsed JSON: one, or several with the keys that lead to them as names.

    Raises:
        HistoryError: There is none; the message says what was found.
    """
    context = context_of(value.get("context")) if isinstance(value, Mapping) else {}
    found = list(islice(histories(value), _MOST_RUNS))
    if not found:
        return [Log(_of_columns(value) if isinstance(value, Mapping) else _of_list(value), context)]
    return [_log(held, context, path if len(found) > 1 else None) for path, held in found]


def _log(held: Any, context: dict[str, Any], name: str | None) -> Log:
    """Make a log of rows or columns, with numbers in quotation marks read as in a table."""
    notes: list[str] = []
    found = []
    for track in _of_list(held) if isinstance(held, list) else _of_columns(held):
        if isinstance(track.cells, list) and any(isinstance(cell, str) for cell in track.cells[:3]):
            plain, said = cells.plain(track.name, track.cells, False)
            track, notes = replace(track, cells=plain), [*notes, *said]
        found.append(track)
    return Log(tuple(found), context, name=name, notes=tuple(notes))


def context_of(value: Any) -> dict[str, Any]:
    """Return those entries of a context that the doctor knows."""
    if not isinstance(value, Mapping):
        return {}
    known = {field.name for field in fields(Context)}
    return {name: item for name, item in value.items() if name in known}


def _of_list(value: Any) -> tuple[Track, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
        raise HistoryError("The JSON holds no history; expected an object of lists or a list with one object an epoch.")
    return tracks.of_rows(limited(value))


def _of_columns(value: Mapping[str, Any]) -> tuple[Track, ...]:
    columns = {str(name): values for name, values in value.items() if isinstance(values, list)}
    if not columns or len(columns) > MOST_COLUMNS:
        found = ", ".join(repr(str(name)[:40]) for name in list(value)[:12]) or "nothing"
        raise HistoryError(f"The JSON object holds {found}; expected lists of numbers such as 'loss' and 'val_loss'.")
    longest = max(len(values) for values in columns.values())
    if longest * len(columns) > 8_000_000:
        raise HistoryError("The JSON history is too large; keep one value an epoch and the four curves.")
    if columns.keys() >= _MATLAB:
        columns = {name: [MISSING if cell is None else cell for cell in held] for name, held in columns.items()}
        columns["iteration"] = list(range(1, longest + 1))
    return tracks.of_columns(columns)


READER = Reader("json", recognises, read)
