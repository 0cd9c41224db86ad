"""Ludwig's training_statistics.json, or the folder of results: split, output feature, metric, values.

`combined` is the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from doctor.columns import Role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.shapes import is_numbers
from doctor.readers.source import Source

_NAME, _MOST_RUNS = "training_statistics.json", 200
_SPLITS = {"training": "train", "validation": "validation", "test": "test"}


def recognises(source: Source) -> int:
    """Tell whether it has the split `training` with the feature `combined`, or is a folder of results that holds it."""
    if source.is_folder:
        return SURE if any(map(_is_statistics, _files(source)[:1])) else NO
    return SURE if _is_statistics(source) else NO


def _is_statistics(file: Source) -> bool:
    value = file.json
    training = value.get("training") if isinstance(value, Mapping) else None
    return isinstance(training, Mapping) and isinstance(training.get("combined"), Mapping)


def _files(source: Source) -> list[Source]:
    """Return the statistics of a run's folder, or those of the runs right below; event files lie beneath them."""
    assert source.path is not None
    for pattern in (_NAME, f"*/{_NAME}"):
        if paths := sorted(source.path.glob(pattern)):
            return [Source(path.name, path) for path in paths[: _MOST_RUNS + 1] if path.is_file()]
    return []


def read(source: Source) -> list[Log]:
    """Read the loss of the whole, and the accuracy of the output where there is one, of each run.

    Raises:
        HistoryError: The JSON is not Ludwig's, or there are too many runs.
    """
    files = _files(source) if source.is_folder else [source]
    if len(files) > _MOST_RUNS:
        raise HistoryError(f"{source.name!r} holds more than {_MOST_RUNS} runs; name one run's folder.")
    logs = [_log(file) for file in files]
    names = [file.path.parent.name if file.path is not None else None for file in files]
    return [replace(log, name=name) for log, name in zip(logs, names, strict=True)] if len(logs) > 1 else logs


def _log(file: Source) -> Log:
    value = file.json
    if not isinstance(value, Mapping):
        raise HistoryError("The JSON is not Ludwig's training_statistics.json.")
    often = value.get("evaluation_frequency")
    often = often if isinstance(often, Mapping) else {}
    apart = often.get("frequency", 1)
    apart = float(apart) if isinstance(apart, (int, float)) and apart > 0 else 1.0
    by_step = often.get("period") == "step"
    return Log(tuple(_tracks(value, apart, by_step)), epoch_ends=not by_step and apart != 1)


def _tracks(value: Mapping[str, Any], apart: float, by_step: bool) -> Iterator[Track]:
    """Yield the series; `apart` is how many epochs (or steps) lie between two evaluations."""
    for split, owner in _SPLITS.items():
        features = value.get(split)
        for feature, metrics in features.items() if isinstance(features, Mapping) else ():
            for metric, cells in metrics.items() if isinstance(metrics, Mapping) else ():
                if not is_numbers(cells):
                    continue
                own = None
                if feature == "combined" and metric == "loss":
                    own = Role("loss", owner)
                elif metric == "accuracy":
                    own = Role("accuracy", owner)
                axis = np.arange(1.0, len(cells) + 1) * apart
                epoch, step = (None, axis) if by_step else (axis, None)
                yield Track(f"{split}.{feature}.{metric}", cells, epoch=epoch, step=step, role=own or _OTHER)


_OTHER = Role("other", None)
READER = Reader("ludwig", recognises, read)
