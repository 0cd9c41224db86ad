"""JSON lines: one object a line, for an epoch or for a step."""

from __future__ import annotations

from typing import Any

from doctor import tracks
from doctor.errors import HistoryError
from doctor.readers import jsontext
from doctor.readers.base import LIKELY, NO, Log, Reader, limited
from doctor.readers.messages import printed
from doctor.readers.nested import plain_rows
from doctor.readers.source import Source
from doctor.readers.structured import logs_of, parse


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
    return printed(values) or [Log(tracks.of_rows(rows))]


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
