"""MLflow: the file store (one file a metric: time, value, step), and the database mlflow.db."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doctor.errors import HistoryError
from doctor.readers.base import MOST_ROWS, NO, SURE, Log, Reader, Track
from doctor.readers.database import connected, is_database, tables
from doctor.readers.shapes import series
from doctor.readers.source import Source

_LINE = re.compile(rb"\d{9,}\s+\S+(\s+-?\d+)?\s*(\n|$)")
_MOST_RUNS = 200
_MOST_FILES = 5_000


def recognises(source: Source) -> int:
    """Tell whether it is a store, a run, one metric's file, or the database."""
    if source.is_folder:
        return SURE if any(True for _ in _runs(source)) or _database_in(source) is not None else NO
    if is_database(source):
        return SURE if {"metrics", "runs"} <= tables(source) else NO
    return SURE if _LINE.match(source.head) else NO


def read(source: Source) -> list[Log]:
    """Read the runs of a store or of the database.

    Raises:
        HistoryError: One metric's file was given, or there are too many runs.
    """
    if source.is_folder:
        runs = list(_runs(source))
        if not runs and (database := _database_in(source)) is not None:
            return _of_database(database)
        return [Log(tuple(_of_files(run)), name=_name(run, source)) for run in runs]
    if is_database(source):
        return _of_database(source)
    raise HistoryError(
        f"{source.name!r} is one metric of an MLflow run; give the run's folder, which holds `metrics`, or mlruns."
    )


def _database_in(source: Source) -> Source | None:
    """Return the database that a folder holds under the name that MLflow gives it."""
    found = source.child("mlflow.db")
    return found if found is not None and is_database(found) and {"metrics", "runs"} <= tables(found) else None


def _runs(source: Source) -> Iterator[Path]:
    """Yield the folders that hold a folder `metrics` with files of MLflow's."""
    assert source.path is not None
    found = [source.path] if (source.path / "metrics").is_dir() else []
    for pattern in ("*/metrics", "*/*/metrics", "*/*/*/metrics"):
        found += [path.parent for path in source.path.glob(pattern) if path.is_dir()]
        if len(found) > _MOST_RUNS:
            raise HistoryError(f"{source.name!r} holds more than {_MOST_RUNS} runs; give one run's folder.")
    for folder in sorted(found):
        first = next((path for path in (folder / "metrics").rglob("*") if path.is_file()), None)
        if first is not None and _LINE.match(Source(first.name, first).head):
            yield folder


def _name(run: Path, source: Source) -> str:
    given = run / "tags" / "mlflow.runName"
    if given.is_file():
        return f"{Source(given.name, given).text.strip()} ({run.name[:8]})"
    assert source.path is not None
    return run.relative_to(source.path).as_posix() if run != source.path else run.name


def _of_files(run: Path) -> Iterator[Track]:
    files = Source("metrics", run / "metrics").find("*", _MOST_FILES)
    for file in files[:_MOST_FILES]:
        assert file.path is not None
        rows = [line.split() for line in file.text.splitlines() if line.strip()]
        kept = [row for row in rows if len(row) in (2, 3)]
        steps = [float(row[2]) if len(row) == 3 and row[2].lstrip("-").isdigit() else 0.0 for row in kept]
        yield series(file.path.relative_to(run / "metrics").as_posix(), steps, [row[1] for row in kept])


def _of_database(source: Source) -> list[Log]:
    query = (
        "SELECT m.run_uuid, r.name, m.key, m.value, m.is_nan, m.step FROM metrics m LEFT JOIN runs r "
        "ON r.run_uuid = m.run_uuid ORDER BY m.run_uuid, m.key, m.step, m.timestamp, m.rowid LIMIT ?"
    )
    curves: dict[str, dict[str, tuple[list[Any], list[Any]]]] = {}
    with connected(source) as connection:
        try:
            for run, name, key, value, is_nan, step in connection.execute(query, (MOST_ROWS,)):
                label = f"{name} ({str(run)[:8]})" if name else str(run)
                steps, values = curves.setdefault(label, {}).setdefault(str(key), ([], []))
                steps.append(step)
                values.append(float("nan") if is_nan else _infinite(value))
        except sqlite3.Error as error:
            raise HistoryError(f"The database {source.name!r} cannot be read: {str(error)[:100]}.") from None
    if not curves:
        raise HistoryError(f"The MLflow database {source.name!r} holds no metric.")
    return [
        Log(tuple(series(key, steps, values) for key, (steps, values) in held.items()), name=run)
        for run, held in curves.items()
    ]


def _infinite(value: Any) -> Any:
    # MLflow's store writes an infinity as the largest double, since not every database holds one.
    return float("inf") if isinstance(value, float) and abs(value) >= 1.7976931348623157e308 else value


READER = Reader("mlflow", recognises, read)
