"""Sacred's FileStorageObserver: metrics.json holds for each metric parallel lists of steps and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.shapes import series
from doctor.readers.source import Source

_FILE = "metrics.json"
_MOST_RUNS = 200


def recognises(source: Source) -> int:
    """Tell whether it is such a file, a run's folder, or the folder of several runs."""
    return SURE if any(_is_metrics(file.json) for file in _files(source)[:3]) else NO


def read(source: Source) -> list[Log]:
    """Read the metrics of one run or of several.

    Raises:
        HistoryError: The file is not sacred's, or there are too many runs.
    """
    files = [file for file in _files(source) if _is_metrics(file.json)]
    if not files or len(files) > _MOST_RUNS:
        raise HistoryError(
            f"{source.name!r} holds {'too many' if files else 'no'} metrics.json of sacred; give one run."
        )
    return [Log(_tracks(file.json), name=file.path.parent.name if file.path else None) for file in files]


def _files(source: Source) -> list[Source]:
    if not source.is_folder:
        return [source]
    own = source.child(_FILE)
    if own is not None:
        return [own]
    assert source.path is not None
    return [Source(path.name, path) for path in sorted(source.path.glob(f"*/{_FILE}"))[: _MOST_RUNS + 1]]


def _is_metrics(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(held, Mapping) and isinstance(held.get("steps"), list) and isinstance(held.get("values"), list)
            for held in value.values()
        )
    )


def _tracks(metrics: Mapping[str, Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(series(name, held["steps"], held["values"]) for name, held in metrics.items())


READER = Reader("sacred", recognises, read)
