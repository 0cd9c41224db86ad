"""Results of XGBoost and CatBoost (`evals_result`) and LightGBM (`record_evaluation`): set, metric, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.shapes import boosting_role, is_numbers
from doctor.readers.source import Source
from doctor.readers.structured import HOLDERS

_WORDS = {"train": ("train", "learn", "fit"), "validation": ("val", "eval", "dev"), "test": ("test",)}


def recognises(source: Source) -> int:
    """Tell whether it is an object of sets, each an object of metrics, each a list of numbers."""
    return SURE if _is_results(source.json) else NO


def _is_results(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and not HOLDERS & value.keys()
        and all(
            isinstance(held, Mapping) and bool(held) and all(map(is_numbers, held.values())) for held in value.values()
        )
    )


def read(source: Source) -> list[Log]:
    """Read the metrics of each set; a round of boosting is an epoch.

    Raises:
        HistoryError: It is not such an object, or which set is training cannot be told.
    """
    results = source.json
    if not _is_results(results):
        raise HistoryError("Expected an object of sets, each with lists of a metric's values, as evals_result has it.")
    splits, notes = splits_of(list(results))
    return [Log(tuple(_tracks(results, splits)), notes=notes)]


def splits_of(names: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Say whose each evaluation set is.

    Raises:
        HistoryError: It cannot be told.
    """
    if len(names) > 1 and all(name.startswith("validation_") for name in names):
        note = f"scikit-learn's interface names the sets in their order: {names[0]!r} was taken for training."
        return {names[0]: "train"} | dict.fromkeys(names[1:], "validation"), (note,)
    splits = {name: split for name in names if (split := _split(name)) is not None}
    if "train" not in splits.values():
        raise HistoryError(
            f"The evaluation sets are {', '.join(repr(name[:40]) for name in names[:8])}; none is training. Evaluate "
            "on the training set too: eval_set=[(X, y), (X_val, y_val)] or evals=[(dtrain, 'train'), (dval, 'eval')]."
        )
    return splits, ()


def _split(name: str) -> str | None:
    low = name.lower()
    return next((split for split, words in _WORDS.items() if any(word in low for word in words)), None)


def _tracks(results: Mapping[str, Mapping[str, list[Any]]], splits: dict[str, str]) -> list[Track]:
    tracks = []
    for held, metrics in results.items():
        for metric, values in metrics.items():
            own = boosting_role(metric, splits.get(held), role(metric)) if held in splits else None
            tracks.append(Track(f"{held}.{metric}", values, epoch=np.arange(1.0, len(values) + 1), role=own))
    return tracks


READER = Reader("boosting", recognises, read)
