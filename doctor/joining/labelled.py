"""Columns that say of each row whose it is (`phase`: train, val) or of which run (`fold`: 1, 2, 3).

Rows of training and of validation, one below the other, share the names of their columns; without the label they would
be averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from doctor.columns import SPLITS, role, words_of
from doctor.log import Log, Track
from doctor.points import MISSING, Points

_OWNERS = frozenset(
    {"split", "phase", "set", "stage", "subset", "dataset", "data_set", "partition", "mode", "data", "type", "loader"}
    | {"part", "data_split", "eval_set", "run_type"}
)
_RUNS = frozenset(
    {
        "fold",
        "folds",
        "fold_id",
        "k_fold",
        "kfold",
        "cv",
        "run",
        "run_id",
        "run_name",
        "seed",
        "trial",
        "trial_id",
        "model",
    }
    | {"model_name", "experiment", "repeat", "repetition", "replicate"}
)
_AROUND = frozenset({"set", "phase", "data", "dataset", "loader", "split", "step", "mode"})
"""Words that may stand beside the one that says whose it is."""
_SPLIT_OF = {word: split for split, words in SPLITS.items() for word in words}
_MOST_RUNS = 200


def owned(log: Log) -> Log:
    """Return the log with a column for each owner, where a column of its own says whose each row is."""
    found = _label(log, _OWNERS)
    if found is None:
        return log
    label, cells = found
    owners = [_owner(cell) for cell in cells]
    if not any(owners) or any(owner is None for owner, cell in zip(owners, cells, strict=True) if cell != ""):
        return log
    places = {split: np.flatnonzero([owner == split for owner in owners]) for split in dict.fromkeys(owners) if split}
    tracks: list[Track] = []
    for track in log.tracks:
        own = track.role or role(track.name)
        if track is label:
            continue
        if own is None or own.split is not None or not _beside(track, label):
            tracks.append(track)
            continue
        for split, chosen in places.items():
            part = track.take(chosen, np.zeros(len(chosen)))
            tracks.append(replace(part, name=f"{split} {track.name}", role=own and replace(own, split=split)))
    return replace(log, tracks=tuple(tracks), notes=(*log.notes, f"{label.name!r} says whose each row is."))


def labelled_runs(log: Log) -> list[Log]:
    """Return a log for each run, where a column of its own says of which run each row is; else the log as it is."""
    found = _label(log, _RUNS)
    if found is None:
        return [log]
    label, cells = found
    names = list(dict.fromkeys(cells))
    places = {name: np.flatnonzero([cell == name for cell in cells]) for name in names[: _MOST_RUNS + 1]}
    if not 1 < len(names) <= _MOST_RUNS or "" in names or not _counts_again(label, list(places.values())):
        return [log]
    note = f"{label.name!r} parts the rows into {len(names)} runs; this is"
    return [
        replace(
            log,
            tracks=tuple(
                track.take(chosen, np.zeros(len(chosen))) if _beside(track, label) else track
                for track in log.tracks
                if track is not label
            ),
            name=f"{log.name}/{label.name} {name}" if log.name else f"{label.name} {name}",
            notes=(*log.notes, f"{note} {name!r:.40}; --run '{label.name} NAME' judges another by itself."),
            separate=True,
        )
        for name, chosen in places.items()
    ]


def _label(log: Log, names: frozenset[str]) -> tuple[Track, list[str]] | None:
    for track in log.tracks:
        if "_".join(words_of(track.name)) in names and len(track.cells):
            return track, [_text(cell) for cell in _cells(track)]
    return None


def _cells(track: Track) -> Sequence[Any]:
    cells = track.cells
    return cells.values.tolist() if isinstance(cells, Points) else list(cells)


def _text(cell: Any) -> str:
    if cell is None or cell is MISSING:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _owner(cell: str) -> str | None:
    """Return the split that a cell names (`train`, `Validation set`), or None."""
    words = words_of(cell)
    named = [word for word in words if word in _SPLIT_OF]
    if len(named) != 1 or set(words) - {named[0]} - _AROUND:
        return None
    return _SPLIT_OF[named[0]]


def _beside(track: Track, label: Track) -> bool:
    """Tell whether a column stands in the same rows as the label."""
    return len(track.cells) == len(label.cells) and (
        track.row is label.row
        or (track.row is not None and label.row is not None and np.array_equal(track.row, label.row))
    )


def _counts_again(label: Track, places: Sequence[np.ndarray[Any, np.dtype[np.intp]]]) -> bool:
    """Tell whether each run counts its epochs (or steps) anew, or, where nothing counts, stands in one stretch."""
    axis = label.epoch if label.epoch is not None else label.step
    if axis is None:
        return all(len(chosen) == chosen[-1] - chosen[0] + 1 for chosen in places)
    starts = {float(axis[chosen[0]]) for chosen in places}
    return len(starts) == 1 and all((np.diff(axis[chosen]) >= 0).all() for chosen in places)
