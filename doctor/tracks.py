"""From rows and columns to tracks: the columns `epoch` and `step` become the axes of the others."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from doctor.columns import words_of
from doctor.errors import HistoryError
from doctor.languages import in_english
from doctor.log import Cells, Track
from doctor.points import MISSING, Array, Points

MOST_COLUMNS = 2_000
_EPOCHS = frozenset(
    {
        "epoch",
        "epochs",
        "ep",
        "epoch_num",
        "current_epoch",
        "epoch_number",
        "round",
        "number_of_trees",
        "iteration_number",
    }
)
_STEPS = frozenset(
    {"step", "steps", "global_step", "iter", "iters", "iteration", "iterations", "it", "_step", "trainer_global_step"}
    | {"num_steps", "training_iteration", "batch_num", "total_steps", "n_iter"}
)
_MOSTLY = 0.5
"""Share of the epochs' beginnings at which steps have to begin again to count within the epoch."""
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def of_rows(rows: Sequence[Mapping[str, Any]], nan: int = 2) -> tuple[Track, ...]:
    """Turn rows, each a mapping of column to cell, into tracks; a key that a row lacks is absent there."""
    names = dict.fromkeys(chain.from_iterable(rows))
    if len(names) > MOST_COLUMNS:
        raise HistoryError(f"The log has {len(names)} columns; at most {MOST_COLUMNS} are read. Keep fewer columns.")
    return of_columns({str(name): [row.get(name, MISSING) for row in rows] for name in names}, nan)


def of_columns(columns: Mapping[str, Any], nan: int = 2) -> tuple[Track, ...]:
    """Turn columns of one table into tracks that share its axes."""
    length = max((len(cells) for cells in columns.values()), default=0)
    row = np.arange(length, dtype=np.float64)
    epoch = _axis(columns, _EPOCHS)
    step = _axis(columns, _STEPS)
    if epoch is not None and step is not None and _within(epoch, step):
        step = None
    taken = {name for name in columns if _plain(name) in _EPOCHS | _STEPS}
    return tuple(
        Track(
            name,
            cells,
            _up_to(epoch, len(cells)),
            _up_to(step, len(cells)),
            _up_to(row, len(cells)),
            nan=nan,
        )
        for name, cells in columns.items()
        if name not in taken
    )


def _within(epoch: Array, step: Array) -> bool:
    """Tell whether steps count the batches of each epoch anew, and so place nothing in the whole of training."""
    length = min(len(epoch), len(step))
    known = np.isfinite(epoch[:length]) & np.isfinite(step[:length])
    later = np.diff(epoch[:length][known]) > 0
    return bool(later.any()) and bool((np.diff(step[:length][known])[later] <= 0).mean() > _MOSTLY)


def _up_to(axis: Array | None, length: int) -> Array | None:
    """Return the beginning of an axis, or the very array where that is all of it; a shorter one is refused."""
    if axis is not None and len(axis) < length:
        raise HistoryError(
            f"The log has numbers of epochs or steps for {len(axis)} of the {length} values in a column beside them. "
            "Expected is one for each value; leave them all out where every value is of the next epoch."
        )
    return axis if axis is None or len(axis) == length else axis[:length]


def is_axis(column: str) -> bool:
    """Tell whether a column is an epoch's or a step's number."""
    return _plain(column) in _EPOCHS | _STEPS


def _plain(column: str) -> str:
    return "_".join(words_of(in_english(column)))


def _axis(columns: Mapping[str, Cells], names: frozenset[str]) -> Array | None:
    for column, cells in columns.items():
        if _plain(column) in names and len(cells):
            numbers = _numbers(cells)
            if np.isfinite(numbers).any():
                return numbers
    return None


def _numbers(cells: Cells) -> Array:
    """Read the numbers of an axis: `3`, `3/20`, `Epoch 3`; NaN where there is none."""
    if isinstance(cells, Points):
        return cells.values
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells))
    except (TypeError, ValueError, OverflowError):
        return np.array([_number(cell) for cell in cells], np.float64)


def _number(cell: Any) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < 1e15:
        return float(cell)
    found = _NUMBER.search(cell) if isinstance(cell, str) else None
    return float(found.group()) if found else math.nan
