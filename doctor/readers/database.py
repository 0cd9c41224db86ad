"""Opens SQLite databases for reading, bounded in time, with nothing of their schema trusted."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from doctor.errors import HistoryError
from doctor.readers.source import Source

_MAGIC = b"SQLite format 3\x00"
_MOST_SECONDS = 20.0


def is_database(source: Source) -> bool:
    """Tell whether the file is a SQLite database."""
    return source.head.startswith(_MAGIC)


def tables(source: Source) -> set[str]:
    """Return the names of the tables; views are not counted. Empty where the file cannot be read."""
    try:
        with connected(source) as connection:
            return {
                str(row[0])
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1000")
            }
    except (sqlite3.Error, HistoryError):
        return set()


@contextmanager
def connected(source: Source) -> Iterator[sqlite3.Connection]:
    """Open a database for reading.

    Raises:
        HistoryError: It cannot be opened.
    """
    try:
        if source.given is None and source.path is not None:
            connection = sqlite3.connect(f"{source.path.resolve().as_uri()}?mode=ro", uri=True)
        else:
            connection = sqlite3.connect(":memory:")
            connection.deserialize(source.data)
        connection.execute("PRAGMA trusted_schema = OFF")
    except (sqlite3.Error, OverflowError, MemoryError) as error:
        raise HistoryError(f"The database {source.name!r} cannot be opened: {str(error)[:100]}.") from None
    until = time.monotonic() + _MOST_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)
    try:
        yield connection
    finally:
        connection.close()
