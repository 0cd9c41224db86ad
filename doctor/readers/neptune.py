"""Neptune's offline runs: `.neptune/offline/run__ID/data-N.log`, one operation a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doctor.errors import HistoryError
from doctor.readers.base import MOST_ROWS, NO, SURE, Log, Reader
from doctor.readers.shapes import series
from doctor.readers.source import Source

_MOST_RUNS = 200
_PATTERNS = ("data-*.log", "*/data-*.log", "offline/*/data-*.log", ".neptune/offline/*/data-*.log")
_IS_SERIES = '"LogFloats"'
Curves = dict[str, tuple[list[Any], list[Any]]]


def recognises(source: Source) -> int:
    """Tell whether it is a file of operations, or a folder with one in it."""
    if source.is_folder:
        return SURE if any(_is_data(file) for file in _files(source)[:1]) else NO
    return SURE if _is_data(source) else NO


def _is_data(file: Source) -> bool:
    return file.head.startswith(b'{"obj": {"type": "') and b'"path": [' in file.head


def _files(source: Source) -> list[Source]:
    if source.path is None:
        return []
    paths = [path for pattern in _PATTERNS for path in source.path.glob(pattern) if path.is_file()]
    return [Source(path.name, path) for path in sorted(paths, key=_order)[: _MOST_RUNS + 1]]


def _order(path: Path) -> tuple[str, int]:
    """Return the run, and the number of the operation that a file begins with."""
    number = path.stem.removeprefix("data-")
    return str(path.parent), int(number) if number.isdecimal() else 0


def read(source: Source) -> list[Log]:
    """Read the series of floats of each run, at the steps that were given, or in the order of writing.

    Raises:
        HistoryError: There are too many runs or values.
    """
    files = _files(source) if source.is_folder else [source]
    if len(files) > _MOST_RUNS:
        raise HistoryError(f"{source.name!r} holds more than {_MOST_RUNS} runs; name one run's folder.")
    runs: dict[str, Curves] = {}
    for file in files:
        curves = runs.setdefault("" if file.path is None else file.path.parent.name, {})
        for path, values in _operations(file):
            steps, cells = curves.setdefault(path, ([], []))
            for value in values:
                given = value.get("step")
                steps.append(given if given is not None else (steps[-1] + 1 if steps else 0))
                cells.append(value.get("value"))
            if len(cells) > MOST_ROWS:
                raise HistoryError(f"A series has more than {MOST_ROWS:,} values; log once an epoch.")
    alone = len(runs) == 1
    return [
        Log(tuple(series(name, *held) for name, held in curves.items()), name=None if alone else run)
        for run, curves in runs.items()
    ]


def _operations(file: Source) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for line in file.text.splitlines():
        if _IS_SERIES not in line:
            continue
        try:
            operation = json.loads(line)["obj"]
            path, values = operation["path"], operation["values"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # the last line of a run that was cut off
        if isinstance(path, list) and isinstance(values, list):
            yield "/".join(map(str, path)), [value for value in values if isinstance(value, dict)]


READER = Reader("neptune", recognises, read)
