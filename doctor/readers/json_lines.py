"""JSON lines: one object an epoch, one a line."""

from __future__ import annotations

from doctor.errors import HistoryError
from doctor.readers.base import Log, Reader, limited, text_of
from doctor.readers.rounds import by_validation
from doctor.readers.structured import log_of, parse


def recognises(data: bytes) -> bool:
    """Tell whether the first two lines that are not empty each begin with a brace."""
    lines = [line.strip() for line in data[: 2**20].split(b"\n") if line.strip()][:2]
    return len(lines) == 2 and all(line.startswith(b"{") for line in lines) and lines[0].endswith(b"}")


def read(data: bytes) -> Log:
    """Read one object a line; a single line that holds a whole history is read as such.

    Raises:
        HistoryError: A line is not a JSON object.
    """
    values = [parse(line) for line in text_of(data).splitlines() if line.strip()]
    if len(values) == 1:
        return log_of(values[0])
    if not values or not all(isinstance(value, dict) for value in values):
        raise HistoryError("The lines are not all JSON objects; expected one object an epoch.")
    return Log(by_validation(limited(values)))


READER = Reader("jsonl", recognises, read)
