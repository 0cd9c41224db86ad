"""Columns that say of each row what it belongs to, read as words."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import numpy as np

from doctor.columns import words_of
from doctor.log import Log, Track
from doctor.points import MISSING, Points

MOST_RUNS = 200
"""Runs that a column may tell apart."""


def label_of(log: Log, names: Set[str]) -> tuple[Track, list[str]] | None:
    """Return the first column that is called by one of the names, and its cells; None where there is none."""
    for track in log.tracks:
        if plain(track) in names and len(track.cells):
            return track, texts(track)
    return None


def labels_of(log: Log, names: Set[str]) -> list[Track]:
    """Return the columns that are called by one of the names, hold different cells, and stand in the same rows."""
    found = [track for track in log.tracks if plain(track) in names and len(set(texts(track))) > 1]
    return [track for track in found if stands_beside(track, found[0])]


def plain(track: Track) -> str:
    """Return a column's name in small letters, its words joined by one underscore."""
    return "_".join(words_of(track.name))


def texts(track: Track) -> list[str]:
    """Return the cells as words, empty where nothing was written; 3 and 3.0 are the same."""
    cells = cells_of(track)
    try:
        return list(map(str.strip, cells))
    except TypeError:  # they are not all text
        return [_text(cell) for cell in cells]


def cells_of(track: Track) -> Sequence[Any]:
    """Return the cells as a list of Python's values, `MISSING` where nothing was written."""
    cells = track.cells
    if not isinstance(cells, Points):
        return list(cells)
    return [value if there else MISSING for value, there in zip(cells.values.tolist(), cells.written, strict=True)]


def _text(cell: Any) -> str:
    if cell is None or cell is MISSING:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def stands_beside(track: Track, label: Track) -> bool:
    """Tell whether a column stands in the same rows as the label."""
    return len(track.cells) == len(label.cells) and (
        track.row is label.row
        or (track.row is not None and label.row is not None and np.array_equal(track.row, label.row))
    )
