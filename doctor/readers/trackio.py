"""trackio's database: a table `metrics` whose rows hold a run, a step and the metrics as JSON."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from doctor.errors import HistoryError
from doctor.readers import jsontext
from doctor.readers.base import MOST_ROWS, NO, SURE, Log, Reader
from doctor.readers.database import connected, is_database, tables
from doctor.readers.shapes import flat
from doctor.readers.source import Source
from doctor.tracks import of_rows

_MOST_PROJECTS = 50


def recognises(source: Source) -> int:
    """Tell whether it is a database with the tables `metrics` and `configs`, or a folder that holds such."""
    if source.is_folder:
        return SURE if any(map(recognises, _databases(source))) else NO
    return SURE if is_database(source) and {"metrics", "configs"} <= tables(source) else NO


def read(source: Source) -> list[Log]:
    """Read the metrics of each run.

    Raises:
        HistoryError: It is not such a database, or it holds no metric.
    """
    if not source.is_folder:
        return _of_database(source)
    found = [file for file in _databases(source) if recognises(file)]
    if len(found) == 1:
        return _of_database(found[0])
    return [
        replace(log, name=f"{file.name.removesuffix('.db')}/{log.name}") for file in found for log in _of_database(file)
    ]


def _databases(source: Source) -> list[Source]:
    assert source.path is not None
    return [Source(path.name, path) for path in sorted(source.path.glob("*.db"))[:_MOST_PROJECTS] if path.is_file()]


def _of_database(source: Source) -> list[Log]:
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
