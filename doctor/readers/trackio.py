"""trackio's database: a table `metrics` whose rows hold a run, a step and the metrics as JSON."""

from __future__ import annotations

import sqlite3
from typing import Any

from doctor.errors import HistoryError
from doctor.readers import jsontext
from doctor.readers.base import MOST_ROWS, NO, SURE, Log, Reader
from doctor.readers.database import connected, is_database, tables
from doctor.readers.shapes import flat
from doctor.readers.source import Source
from doctor.tracks import of_rows


def recognises(source: Source) -> int:
    """Tell whether it is a database with the tables `metrics` and `configs`."""
    return SURE if is_database(source) and {"metrics", "configs"} <= tables(source) else NO


def read(source: Source) -> list[Log]:
    """Read the metrics of each run.

    Raises:
        HistoryError: It is not such a database, or it holds no metric.
    """
    runs: dict[str, list[dict[str, Any]]] = {}
    with connected(source) as connection:
        try:
            query = "SELECT run_name, step, metrics FROM metrics ORDER BY run_name, step, id LIMIT ?"
            for name, step, text in connection.execute(query, (MOST_ROWS,)):
                held = jsontext.loads(text)
                if isinstance(held, dict):
                    runs.setdefault(str(name), []).append({"step": step, **dict(flat(held))})
        except (sqlite3.Error, ValueError, RecursionError, TypeError) as error:
            raise HistoryError(f"The database {source.name!r} cannot be read: {str(error)[:100]}.") from None
    if not runs:
        raise HistoryError(f"The trackio database {source.name!r} holds no metric.")
    return [Log(of_rows(rows), name=name) for name, rows in runs.items()]


READER = Reader("trackio", recognises, read)
