"""spaCy's ConsoleLogger.v3 with `output_file`: one object an evaluation, losses by component, a score."""

from __future__ import annotations

from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.json_lines import values_of
from doctor.readers.source import Source
from doctor.readers.spacy_rounds import log_of


def recognises(source: Source) -> int:
    """Tell whether the first line is an object with `losses` and `score`."""
    line = source.head.lstrip().split(b"\n", 1)[0]
    return SURE if line.startswith(b"{") and b'"losses":' in line and b'"score":' in line else NO


def read(source: Source) -> list[Log]:
    """Read each evaluation: the sum of the components' losses, and the score on the development set.

    Raises:
        HistoryError: The lines are not spaCy's.
    """
    rows = values_of(source.text)
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("losses"), dict) for row in rows):
        raise HistoryError("The lines are not spaCy's; expected objects with 'losses' and 'score'.")
    return [log_of(rows)]


READER = Reader("spacy", recognises, read)
