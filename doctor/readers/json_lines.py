"""JSON lines: one object a line, for an epoch or for a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from doctor import tracks
from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers import console, jsontext
from doctor.readers.base import LIKELY, NO, Log, Reader, limited
from doctor.readers.nested import plain_rows
from doctor.readers.source import Source
from doctor.readers.structured import logs_of, parse

_MESSAGES = ("msg", "message", "text", "event", "log", "MESSAGE")


def recognises(source: Source) -> int:
    """Tell whether the first two lines that are not empty each begin with a brace."""
    lines = [line.strip() for line in source.head.split(b"\n") if line.strip()][:2]
    return LIKELY if len(lines) == 2 and all(_begins(line) for line in lines) and lines[0].endswith(b"}") else NO


def _begins(line: bytes) -> bool:
    return line.removeprefix(b"\xef\xbb\xbf").startswith(b"{")


def read(source: Source) -> list[Log]:
    """Read one object a line; a single line that holds a whole history is read as such.

    Raises:
        HistoryError: A line is not a JSON object.
    """
    values = values_of(source.text)
    if len(values) == 1:
        return logs_of(values[0])
    if not values or not all(isinstance(value, dict) for value in values):
        raise HistoryError("The lines are not all JSON objects; expected one object an epoch.")
    rows = plain_rows(values)
    printed = None if any(map(role, {name: None for row in rows[:200] for name in row})) else _printed(rows)
    return [printed or Log(tracks.of_rows(rows))]


def _printed(rows: list[Mapping[str, Any]]) -> Log | None:
    """Read the messages of a structured logger in which training was printed as text."""
    name = next((name for name in _MESSAGES if any(isinstance(row.get(name), str) for row in rows[:20])), None)
    found = None if name is None else console.log_of("\n".join(str(row.get(name, "")) for row in rows))
    return found and replace(found, notes=(f"Read from the text under {name!r}.", *found.notes))


def values_of(text: str) -> list[Any]:
    """Parse each line that is not empty; the last one may be cut off, as in a log that is still being written.

    Raises:
        HistoryError: A line is not JSON.
    """
    lines = limited([line for line in text.splitlines() if line and not line.isspace()])
    try:
        return list(jsontext.loads("[" + ",".join(lines) + "]"))
    except (ValueError, RecursionError, MemoryError):
        whole = [parse(line) for line in lines[:-1]]
    try:
        return [*whole, *(parse(line) for line in lines[-1:])]
    except HistoryError:
        if not whole:
            raise
        return whole


READER = Reader("jsonl", recognises, read)
