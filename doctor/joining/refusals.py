"""Tables that are refused, since what their rows are is not said and a guess would average or misread them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.joining.labels import MOST_RUNS, cells_of, plain, stands_beside, texts
from doctor.joining.members import SERIES
from doctor.joining.owners import OWNERS
from doctor.log import Log, Track
from doctor.points import Array, Points

_STATISTICS = frozenset({"mean", "std", "min", "max"})
_MOST_STATISTICS = 20
_EXAMPLES = frozenset(
    {"id", "image", "image_id", "image_path", "img", "file", "filename", "file_name", "path", "sample", "sample_id"}
    | {"example", "player", "patient"}
)
_FEWEST_EXAMPLES = 4
_CHECKPOINT = re.compile(r"epoch|step|iter|check|ckpt|\.(?:pth?|h5|keras)$", re.IGNORECASE)
"""In the names of files that stand for epochs."""
_AGAIN = re.compile(r"\.\d{1,3}$")
_FEWEST_ROWS = 4
_PROGRESS = re.compile(
    r"batch|step|iter|sample|image|example|token|progress|percent|pct|time|elapsed|second|minute|hour|date|duration"
    r"|seen|index|idx|number|count|row|line|(?:^|_)(?:it|i|n|num|no|id|t|rank|gpu|device)$"
)
"""In the names of columns that count within an epoch, or that part a batch: its values are averaged."""
_HINT = (
    "Write 'train' and 'val' into it, or call it 'run' if these are runs ('batch' if they are parts of an epoch); or "
    "keep the rows of one."
)


def refuse_statistics(log: Log) -> None:
    """Refuse a table whose rows are the mean, the least and so on of a log.

    Raises:
        HistoryError: They would be taken for epochs.
    """
    small = [track for track in log.tracks if len(track.cells) <= _MOST_STATISTICS]
    if any(set(texts(track)) >= _STATISTICS for track in small):
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
        if plain(track) in _EXAMPLES and len(track.cells) >= _FEWEST_EXAMPLES:
            cells = [cell for cell in track.cells if isinstance(cell, str) and any(map(str.isalpha, cell))]
            if len(set(cells)) == len(track.cells) and not _CHECKPOINT.search(cells[0]):
                raise HistoryError(
                    f"The column {track.name!r:.40} names another example in each row ({cells[0]!r:.40}, ...), and no "
                    "column counts epochs: these are losses of examples, and not of epochs. Give the log of training."
                )


def refuse_twice(log: Log) -> None:
    """Refuse a table in which pandas or R found one name twice: it calls the second column `loss.1`.

    Raises:
        HistoryError: Which one is meant cannot be told.
    """
    names = {track.name for track in log.tracks}
    for name in sorted(names):
        first = _AGAIN.sub("", name)
        if first != name and first in names and role(first) is not None:
            raise HistoryError(
                f"There are columns {first!r:.40} and {name!r:.40}: so pandas and R call the second one of one name. "
                "Which is meant cannot be told; leave out the others, or say whose they are ('train_loss', 'val_loss')."
            )


def refuse_mixed(log: Log) -> None:
    """Refuse rows of several series in each epoch that a column tells apart without saying whose they are.

    Raises:
        HistoryError: They would be averaged.
    """
    for label in log.tracks:
        axis = label.epoch if label.epoch is not None else label.step
        if axis is None or len(axis) < _FEWEST_ROWS:
            continue
        several = int((axis == axis[0]).sum())
        if not 1 < several <= MOST_RUNS or not _may_mix(label, axis, several):
            continue
        if not any(_is_loss(track, label) for track in log.tracks):
            continue
        cells = texts(label)
        names = sorted(set(cells) - {""})
        if len(names) == several and len(set(zip(axis.tolist(), cells, strict=True))) == len(cells):
            listed = ", ".join(f"{name!r:.40}" for name in names[:4])
            raise HistoryError(
                f"The column {label.name!r:.60} names {several} series in each epoch ({listed}), and which is training "
                f"is not said. {_HINT}"
            )


_NO_WORDS = ("nan", "inf", "infinity")
"""What begins with a letter and is a number that is not finite, of a loss or of a gradient's norm."""


def _may_mix(label: Track, axis: Array, several: int) -> bool:
    """Tell whether a column may name series: one of words, or one of numbers that does not count within the epoch."""
    if plain(label) in OWNERS | SERIES:
        return True
    if not isinstance(label.cells, Points) and any(
        isinstance(cell, str) and cell[:1].isalpha() and cell.lower() not in _NO_WORDS
        for cell in islice(label.cells, 2)
    ):
        return True
    return role(label.name) is None and not _PROGRESS.search(plain(label)) and _is_setting(label, axis, several)


def _is_setting(label: Track, axis: Array, several: int) -> bool:
    """Tell whether the same few numbers stand in every epoch, and are not evenly spaced as what counts is."""
    cells = label.points().values if isinstance(label.cells, Points | np.ndarray) else _plain_numbers(cells_of(label))
    if cells is None or not np.isfinite(cells).all() or len(cells) % several or len(cells) // several < 2:
        return False
    order = np.lexsort((cells, axis))
    table = cells[order].reshape(-1, several)
    if not (table == table[0]).all() or not (np.diff(axis[order].reshape(-1, several), axis=1) == 0).all():
        return False
    gaps = np.diff(table[0])
    rises = np.diff(cells.reshape(-1, several), axis=1)
    even = bool(np.allclose(gaps, gaps[0])) and bool((rises > 0).all())
    return bool((gaps > 0).all()) and not even


def _plain_numbers(cells: Sequence[object]) -> Array | None:
    try:
        return np.array([float(cell) if isinstance(cell, (str, int, float)) else np.nan for cell in cells])
    except ValueError:
        return None


def _is_loss(track: Track, label: Track) -> bool:
    own = track.role or role(track.name)
    return own is not None and own.quantity == "loss" and own.split is None and stands_beside(track, label)
