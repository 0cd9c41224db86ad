"""CatBoost's folder `catboost_info`: learn_error.tsv and test_error.tsv, or catboost_training.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from doctor.columns import Role, role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.shapes import boosting_role
from doctor.readers.source import Source
from doctor.readers.structured import parse

_JSON = "catboost_training.json"
_TABLES = ("learn_error.tsv", "test_error.tsv")
_OTHER_LOSSES = 6
"""Rank of what is the better the smaller it is and has no known name; the known names come first."""


def recognises(source: Source) -> int:
    """Tell whether it is the folder (or the one above it), one of its tables, or its JSON."""
    if source.is_folder:
        return SURE if any(source.child(*parts, _JSON) for parts in ((), ("catboost_info",))) else NO
    if source.name in _TABLES:
        return SURE
    return SURE if isinstance(source.json, dict) and {"meta", "iterations"} <= source.json.keys() else NO


def read(source: Source) -> list[Log]:
    """Read the metrics of both sets; a tree is an epoch.

    Raises:
        HistoryError: The JSON is not CatBoost's, or one table of the two was given.
    """
    if source.name in _TABLES:
        raise HistoryError(f"{source.name} holds one set's metrics; give the folder catboost_info that it lies in.")
    if source.is_folder:
        found = source.child(_JSON) or source.child("catboost_info", _JSON)
        if found is None:
            raise HistoryError(f"The folder {source.name!r} holds no {_JSON}.")
        source = found
    state = source.json if source.json is not None else parse(source.text)
    try:
        return [Log(tuple(_tracks(state["meta"], state["iterations"])))]
    except (KeyError, TypeError, IndexError, AttributeError):
        raise HistoryError(
            f"The JSON is not CatBoost's {_JSON}: it lacks the metrics' names or their values."
        ) from None


def _tracks(meta: Mapping[str, Any], iterations: list[Mapping[str, Any]]) -> Iterator[Track]:
    epoch = np.array([float(row["iteration"]) for row in iterations])
    for key, split in (("learn", "train"), ("test", "validation")):
        for place, metric in enumerate(meta.get(f"{key}_metrics", ())):
            name = str(metric["name"])
            cells = [row[key][place] for row in iterations if key in row]
            own = boosting_role(name, split, role(name))
            if own is None and metric.get("best_value") == "Min":  # Quantile:alpha=0.9, PairLogit, but never R2
                own = Role("loss", split, _OTHER_LOSSES + place)
            yield Track(f"{key}.{name}", cells, epoch=epoch[: len(cells)], role=own)


READER = Reader("catboost", recognises, read)
