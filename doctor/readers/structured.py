"""JSON: Keras's History.history, a list of epochs, or an object that holds either, perhaps with its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from doctor import tracks
from doctor.context import Context
from doctor.errors import HistoryError
from doctor.readers import jsontext
from doctor.readers.base import MOST_COLUMNS, NO, PERHAPS, Log, Reader, Track, limited
from doctor.readers.source import Source

HOLDERS = dict.fromkeys(("history", "epochs", "log_history", "metrics", "logs")).keys()
"""Keys under which a history may stand in an object."""


def recognises(source: Source) -> int:
    """Tell whether the bytes begin like a JSON object or list."""
    return PERHAPS if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else NO


def read(source: Source) -> list[Log]:
    """Read a history written as JSON.

    Raises:
        HistoryError: The text is not JSON, or holds no history.
    """
    return [log_of(source.json if source.json is not None else parse(source.text))]


def parse(text: str) -> Any:
    """Parse JSON, turning every way in which that fails into a `HistoryError`."""
    try:
        return jsontext.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise HistoryError(f"The text is not JSON that can be read: {str(error)[:120]}.") from None


def log_of(value: Any) -> Log:
    """Find the curves in a parsed history."""
    if isinstance(value, Mapping):
        context = context_of(value.get("context"))
        held = next((value[name] for name in HOLDERS if isinstance(value.get(name), (list, dict))), value)
        found = _of_list(held) if isinstance(held, list) else _of_columns(held)
        return Log(found, context)
    return Log(_of_list(value))


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
    columns = {str(name): _column(values) for name, values in value.items() if isinstance(values, (list, dict))}
    if not columns or len(columns) > MOST_COLUMNS:
        found = ", ".join(repr(str(name)[:40]) for name in list(value)[:12]) or "nothing"
        raise HistoryError(f"The JSON object holds {found}; expected lists of numbers such as 'loss' and 'val_loss'.")
    longest = max(len(values) for values in columns.values())
    if longest * len(columns) > 8_000_000:
        raise HistoryError("The JSON history is too large; keep one value an epoch and the four curves.")
    return tracks.of_columns(columns)


def _column(values: Any) -> list[Any]:
    # pandas writes a column as an object of row numbers.
    return list(values.values()) if isinstance(values, dict) else values


READER = Reader("json", recognises, read)
