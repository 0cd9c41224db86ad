"""The interface every reader has, what it returns, and the limits all of them keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from doctor.errors import HistoryError
from doctor.log import Log, Track
from doctor.readers.source import Source
from doctor.tracks import MOST_COLUMNS

LARGEST_EVENTS = 64 * 2**20
"""Bytes of the largest event file that is read."""
MOST_ROWS = 2_000_000


@dataclass(frozen=True)
class Reader:
    """One format: its name, how to recognise it, and how to read it.

    Attributes:
        name: Value of `format` in `doctor.read`.
        recognises: Tells how sure it is of a source: `NO`, `PERHAPS` (any table, any JSON), `LIKELY` or `SURE`.
        read: Turns the source into its runs; raises `HistoryError` only.
    """

    name: str
    recognises: Callable[[Source], int]
    read: Callable[[Source], list[Log]]


NO, PERHAPS, LIKELY, SURE = range(4)
"""How sure a reader is; the surest one reads, of equally sure ones the first of the table."""


def limited(rows: Iterable[Any]) -> list[Any]:
    """Collect rows, refusing more than `MOST_ROWS`."""
    kept = rows if isinstance(rows, list) else list(islice(rows, MOST_ROWS + 1))
    if len(kept) > MOST_ROWS:
        raise HistoryError(f"The log has more than {MOST_ROWS:,} rows; write one row an epoch.")
    return kept


__all__ = [
    "LARGEST_EVENTS",
    "LIKELY",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "NO",
    "PERHAPS",
    "SURE",
    "Log",
    "Reader",
    "Track",
    "limited",
]
