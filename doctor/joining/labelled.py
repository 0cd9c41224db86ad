"""Columns that say of each row whose it is (`phase`: train, val) or of which run (`fold`: 1, 2, 3).

Rows of training and of validation, one below the other, share the names of their columns; without the label they would
be averaged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from doctor.columns import SPLITS, role, words_of
from doctor.errors import HistoryError
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
_SERIES = frozenset(
    {"group", "client", "client_id", "task", "task_id", "domain", "member", "network", "net", "worker_name", "site"}
)
"""Names of columns whose numbers tell series apart; a batch's number does not."""
_AROUND = frozenset({"set", "phase", "data", "dataset", "loader", "split", "step", "mode"})
"""Words that may stand beside the one that says whose it is."""
_SPLIT_OF = {word: split for split, words in SPLITS.items() for word in words}
_FLAGS = {
    **dict.fromkeys(("is_train", "is_training", "train", "training"), ("train", "validation")),
    **dict.fromkeys(("is_val", "is_valid", "is_validation", "is_eval", "validation"), ("validation", "train")),
}
"""Columns of yes and no -> whose a row is that says yes, and whose one that says no."""
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_STATISTICS = frozenset({"mean", "std", "min", "max"})
_MOST_STATISTICS = 20
_EXAMPLES = frozenset(
    {"id", "image", "image_id", "image_path", "img", "file", "filename", "file_name", "path", "sample", "sample_id"}
    | {"example", "player", "patient"}
)
_FEWEST_EXAMPLES = 4
_CHECKPOINT = re.compile(r"epoch|step|iter|check|ckpt|\.(?:pth?|h5|keras)$", re.IGNORECASE)
"""In the names of files that stand for epochs."""
_MOST_RUNS = 200


def owned(log: Log) -> Log:
    """Return the log with a column for each owner, where a column of its own says whose each row is."""
    found = _label(log, _OWNERS)
    known = {cell: _owner(cell) for cell in dict.fromkeys(found[1])} if found is not None else {}
    owners = [known[cell] for cell in found[1]] if found is not None else []
    if found is None:
        found = _label(log, _FLAGS.keys())
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


def _label(log: Log, names: Set[str]) -> tuple[Track, list[str]] | None:
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


def _flagged(label: Track, cells: list[str]) -> list[str | None]:
    """Return whose each row is by a column of yes and no, or None for each where it is no such column."""
    yes, no = _FLAGS["_".join(words_of(label.name))]
    said = [cell.lower() for cell in cells]
    if not set(said) <= _YES | _NO or set(said) <= _YES or set(said) <= _NO:
        return [None] * len(cells)
    return [yes if cell in _YES else no for cell in said]


def refuse_statistics(log: Log) -> None:
    """Refuse a table whose rows are the mean, the least and so on of a log.

    Raises:
        HistoryError: They would be taken for epochs.
    """
    small = [track for track in log.tracks if len(track.cells) <= _MOST_STATISTICS]
    if any({_text(cell) for cell in _cells(track)} >= _STATISTICS for track in small):
        raise HistoryError(
            "The rows are statistics (mean, std, min, max) of a log, as pandas' describe() writes them, and not its "
            "epochs. Give the log itself."
        )


def refuse_examples(log: Log) -> None:
    """Refuse a table of examples, each with its loss: a column names a different file in each row and nothing counts.

    Raises:
        HistoryError: Examples would be taken for epochs.
    """
    for track in log.tracks:
        if track.epoch is not None or track.step is not None or isinstance(track.cells, Points):
            continue
        if "_".join(words_of(track.name)) in _EXAMPLES and len(track.cells) >= _FEWEST_EXAMPLES:
            cells = [cell for cell in track.cells if isinstance(cell, str) and any(map(str.isalpha, cell))]
            if len(set(cells)) == len(track.cells) and not _CHECKPOINT.search(cells[0]):
                raise HistoryError(
                    f"The column {track.name!r:.40} names another example in each row ({cells[0]!r:.40}, ...), and no "
                    "column counts epochs: these are losses of examples, and not of epochs. Give the log of training."
                )


def refuse_mixed(log: Log) -> None:
    """Refuse rows of several series in each epoch that a column tells apart without saying whose they are.

    Raises:
        HistoryError: They would be averaged.
    """
    for label in log.tracks:
        axis = label.epoch if label.epoch is not None else label.step
        if axis is None or len(axis) < 4 or not _may_mix(label):
            continue
        several = int((axis == axis[0]).sum())
        if not 1 < several <= _MOST_RUNS or not any(_is_loss(track, label) for track in log.tracks):
            continue
        cells = [_text(cell) for cell in _cells(label)]
        names = sorted(set(cells) - {""})
        if len(names) == several and len(set(zip(axis.tolist(), cells, strict=True))) == len(cells):
            listed = ", ".join(f"{name!r:.40}" for name in names[:4])
            raise HistoryError(
                f"The column {label.name!r:.60} names {several} series in each epoch ({listed}), and which is training "
                "is not said. Write 'train' and 'val' into it, or call it 'run' if these are runs; or keep the rows of "
                "one."
            )


def _may_mix(label: Track) -> bool:
    """Tell whether a column may name series: one of words, or one of numbers whose name says that it parts the rows."""
    name = "_".join(words_of(label.name))
    if name in _OWNERS | _SERIES:
        return True
    return not isinstance(label.cells, Points) and any(
        isinstance(cell, str) and cell[:1].isalpha() for cell in islice(label.cells, 2)
    )


def _is_loss(track: Track, label: Track) -> bool:
    own = track.role or role(track.name)
    return own is not None and own.quantity == "loss" and own.split is None and _beside(track, label)


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
