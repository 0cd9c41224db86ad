"""Columns that say of each row whose it is (`phase`: train, val).

Rows of training and of validation, one below the other, share the names of their columns; without the label they would
be averaged.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from doctor.columns import SPLIT_OF, role, words_of
from doctor.joining.labels import label_of, plain, stands_beside
from doctor.log import Log, Track

OWNERS = frozenset(
    {"split", "phase", "set", "stage", "subset", "dataset", "data_set", "partition", "mode", "data", "type", "loader"}
    | {"part", "data_split", "eval_set", "run_type"}
)
_AROUND = frozenset({"set", "phase", "data", "dataset", "loader", "split", "step", "mode"})
"""Words that may stand beside the one that says whose it is."""
_FLAGS = {
    **dict.fromkeys(("is_train", "is_training", "train", "training"), ("train", "validation")),
    **dict.fromkeys(("is_val", "is_valid", "is_validation", "is_eval", "validation"), ("validation", "train")),
}
"""Columns of yes and no -> whose a row is that says yes, and whose one that says no."""
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def owned(log: Log) -> Log:
    """Return the log with a column for each owner, where a column of its own says whose each row is."""
    found = label_of(log, OWNERS)
    known = {cell: split_named(cell) for cell in dict.fromkeys(found[1])} if found is not None else {}
    owners = [known[cell] for cell in found[1]] if found is not None else []
    if found is None:
        found = label_of(log, _FLAGS.keys())
        owners = _flagged(*found) if found is not None else []
    if found is None:
        return log
    label, cells = found
    if not any(owners) or any(owner is None for owner, cell in zip(owners, cells, strict=True) if cell != ""):
        return log
    places = {split: np.flatnonzero([owner == split for owner in owners]) for split in dict.fromkeys(owners) if split}
    tracks: list[Track] = []
    for track in log.tracks:
        own = track.role or role(track.name)
        if track is label:
            continue
        if own is None or own.split is not None or not stands_beside(track, label):
            tracks.append(track)
            continue
        for split, chosen in places.items():
            part = track.take(chosen, np.zeros(len(chosen)))
            tracks.append(replace(part, name=f"{split} {track.name}", role=own and replace(own, split=split)))
    return replace(log, tracks=tuple(tracks), notes=(*log.notes, f"{label.name!r} says whose each row is."))


def split_named(cell: str) -> str | None:
    """Return the split that a cell names (`train`, `Validation set`), or None."""
    words = words_of(cell)
    named = [word for word in words if word in SPLIT_OF]
    if len(named) != 1 or set(words) - {named[0]} - _AROUND:
        return None
    return SPLIT_OF[named[0]]


def _flagged(label: Track, cells: list[str]) -> list[str | None]:
    """Return whose each row is by a column of yes and no, or None for each where it is no such column."""
    yes, no = _FLAGS[plain(label)]
    said = [cell.lower() for cell in cells]
    if not set(said) <= _YES | _NO or set(said) <= _YES or set(said) <= _NO:
        return [None] * len(cells)
    return [yes if cell in _YES else no for cell in said]
