"""XGBoost's and CatBoost's `evals_result`, LightGBM's `record_evaluation`, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from doctor.columns import SPLITS, role, words_of
from doctor.errors import HistoryError
from doctor.joining.members import MEMBER
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.nested import HOLDERS
from doctor.readers.shapes import boosting_role, is_numbers
from doctor.readers.source import Source

_WORDS = {"train": ("train", "learn", "fit"), "validation": ("val", "eval", "dev"), "test": ("test",)}
_CLEARLY = 0.1
"""Share of a loss by which another one has to lie below it at the end to be taken for training's."""


def recognises(source: Source) -> int:
    """Tell whether it is an object of sets, each an object of metrics, each a list of numbers."""
    return SURE if _is_results(source.json) else NO


def _is_results(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and not HOLDERS & value.keys()
        and not all(map(_is_curve, value))
        and not all(MEMBER.fullmatch(str(name)) for name in value)  # folds, and not evaluation sets
        and all(
            isinstance(held, Mapping)
            and bool(held)
            and all(map(is_numbers, held.values()))
            and not any(map(_owned, held))
            for held in value.values()
        )
    )


def _is_curve(name: str) -> bool:
    """Tell whether it is a quantity, which holds sets, and not a set: `{"loss": {"train": [...]}}`."""
    own = role(name)
    return own is not None and own.split is None


def _owned(metric: str) -> bool:
    """Tell whether a name inside a set names a set itself: then the outer names are of runs, and not of sets."""
    own = role(metric)
    return own is not None and own.split == "validation"


def read(source: Source) -> list[Log]:
    """Read the metrics of each set; a round of boosting is an epoch.

    Raises:
        HistoryError: It is not such an object, or which set is training cannot be told.
    """
    results = source.json
    if not _is_results(results):
        raise HistoryError("Expected an object of sets, each with lists of a metric's values, as evals_result has it.")
    curves = {(name, metric): values for name, held in results.items() for metric, values in held.items()}
    tracks, notes = tracks_of(curves, {pair: np.arange(1.0, len(values) + 1) for pair, values in curves.items()}, ".")
    return [Log(tracks, notes=notes)]


def tracks_of(
    curves: Mapping[tuple[str, str], Sequence[Any]], epochs: Mapping[tuple[str, str], Any], between: str
) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """Return the tracks of the metrics of each set, and notes on whose they are.

    Args:
        curves: Set and metric -> values.
        epochs: Set and metric -> the rounds, float64 `[values]`.
        between: What joins set and metric in a track's name.

    Raises:
        HistoryError: Which set is training cannot be told.
    """
    known = {metric: role(metric) for _, metric in curves}
    losses: dict[str, Sequence[Any]] = {}
    for (held, metric), values in curves.items():
        own = boosting_role(metric, None, known[metric])
        if own is not None and own.quantity == "loss":
            losses.setdefault(held, values)
    splits, notes = _splits_of(list(dict.fromkeys(held for held, _ in curves)), losses)
    tracks = []
    for (held, metric), values in curves.items():
        own = boosting_role(metric, splits.get(held), known[metric]) if held in splits else None
        tracks.append(Track(f"{held}{between}{metric}", values, epoch=epochs[held, metric], role=own))
    _check_loss(tracks, curves)
    return tuple(tracks), notes


def _check_loss(tracks: Sequence[Track], curves: Iterable[tuple[str, str]]) -> None:
    """Raise where scores were measured, and no loss on any set."""
    roles = [track.role or role(track.name) for track in tracks]
    if not any(own is not None and own.quantity == "loss" for own in roles):
        metrics = ", ".join(repr(metric[:40]) for metric in list(dict.fromkeys(metric for _, metric in curves))[:8])
        raise HistoryError(
            f"What was measured on the evaluation sets is {metrics}; none is a loss. Measure the loss beside it: "
            "eval_metric=['auc', 'logloss'] (XGBoost), metric=['auc', 'binary_logloss'] (LightGBM). Of a ranking's "
            "score alone the doctor can say nothing."
        )


def _splits_of(names: list[str], losses: Mapping[str, Sequence[Any]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Say whose each evaluation set is."""
    if len(names) > 1 and all(name.startswith("validation_") for name in names):
        first, *others = names
        note = f"scikit-learn's interface names the sets in their order: {first!r} was taken for training."
        if len(others) == 1 and _is_trainings(losses.get(others[0], ()), losses.get(first, ())):
            first, others = others[0], [first]
            note = f"{first!r} was taken for training, since more and more its loss is the lower one."
        return {first: "train"} | dict.fromkeys(others, "validation"), (note,)
    splits = {name: split for name in names if (split := _split(name)) is not None}
    others = [name for name in names if name not in splits]
    if len(others) == 1 and set(splits.values()) == {"train"}:
        note = f"{others[0][:40]!r}, the one set beside training's, was taken for validation."
        return splits | {others[0]: "validation"}, (note,)
    if "train" not in splits.values():
        raise HistoryError(
            f"The evaluation sets are {', '.join(repr(name[:40]) for name in names[:8])}; none is training. Evaluate "
            "on the training set too: eval_set=[(X, y), (X_val, y_val)] or evals=[(dtrain, 'train'), (dval, 'eval')]; "
            "lightgbm.cv(..., eval_train_metric=True)."
        )
    return splits, ()


def _is_trainings(loss: Sequence[Any], other: Sequence[Any]) -> bool:
    """Tell whether a loss is training's: it gets clearly lower than the other, by more and more."""
    try:
        own, against = np.array(loss, np.float64), np.array(other, np.float64)
    except (TypeError, ValueError):
        return False
    if len(own) != len(against) or len(own) < 2 or not (np.isfinite(own) & np.isfinite(against)).all():
        return False
    gap = against - own
    return bool(gap[-1] > max(gap[0], _CLEARLY * abs(against[-1])) and (gap[len(gap) // 2 :] > 0).all())


def _split(name: str) -> str | None:
    low, own = name.lower(), set(words_of(name))
    return next(
        (split for split, words in _WORDS.items() if own & set(SPLITS[split]) or any(word in low for word in words)),
        None,
    )


READER = Reader("boosting", recognises, read)
