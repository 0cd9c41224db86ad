"""Ludwig's training_statistics.json: split, output feature, metric, values; `combined` is the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from doctor.columns import Role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.shapes import is_numbers
from doctor.readers.source import Source

_SPLITS = {"training": "train", "validation": "validation", "test": "test"}


def recognises(source: Source) -> int:
    """Tell whether it has the split `training` with the feature `combined`."""
    value = source.json
    training = value.get("training") if isinstance(value, Mapping) else None
    return SURE if isinstance(training, Mapping) and isinstance(training.get("combined"), Mapping) else NO


def read(source: Source) -> list[Log]:
    """Read the loss of the whole, and the accuracy of the output where there is one.

    Raises:
        HistoryError: The JSON is not Ludwig's.
    """
    value = source.json
    if not isinstance(value, Mapping):
        raise HistoryError("The JSON is not Ludwig's training_statistics.json.")
    return [Log(tuple(_tracks(value)))]


def _tracks(value: Mapping[str, Any]) -> Iterator[Track]:
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
                yield Track(
                    f"{split}.{feature}.{metric}", cells, epoch=np.arange(1.0, len(cells) + 1), role=own or _OTHER
                )


_OTHER = Role("other", None)
READER = Reader("ludwig", recognises, read)
