"""Numbers as a log holds them: for each point absent, finite, written but not finite, or written as "nothing"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor.errors import HistoryError

Array = npt.NDArray[np.float64]
States = npt.NDArray[np.uint8]

ABSENT, FINITE, NON_FINITE, NULL, UNSURE = range(5)
"""What a point is. `NULL` is JSON's null and Python's None, `UNSURE` a NaN in memory: both stand for a gap as well as
for what could not be written as a number, and `doctor.joining.gaps` tells which."""

_BLANK = frozenset({"", "na", "n/a", "none", "null", "-", "--", "<na>", "#n/a", "no log"})


def is_number(cell: str | bytes) -> bool:
    """Tell whether a cell is a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Points:
    """Values, float64 `[n]`, NaN wherever the state, uint8 `[n]`, is not `FINITE`."""

    values: Array
    states: States

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.values)

    def take(self, chosen: npt.NDArray[Any]) -> Points:
        """Return the points at `chosen` (places or a mask)."""
        return Points(self.values[chosen], self.states[chosen])

    @property
    def written(self) -> npt.NDArray[np.bool_]:
        """Tell for each point whether anything was written there."""
        return np.asarray(self.states != ABSENT)


def from_array(values: Array, nan: int = NON_FINITE) -> Points:
    """Return the points of numbers of which each was written; a NaN has the state `nan`."""
    states = np.full(len(values), FINITE, np.uint8)
    states[np.isinf(values)] = NON_FINITE
    states[np.isnan(values)] = nan
    return Points(np.where(states == FINITE, values, math.nan), states)


def from_cells(cells: Sequence[Any] | Array, column: str, nan: int = NON_FINITE) -> Points:
    """Read the cells of one column: numbers, text that holds numbers, blanks and None.

    Raises:
        HistoryError: A cell is something else; the message names the column and the cell.
    """
    try:
        return from_array(np.fromiter(map(float, cells), np.float64, len(cells)), nan)
    except (TypeError, ValueError, OverflowError):
        pass
    values, states = np.full(len(cells), math.nan), np.full(len(cells), ABSENT, np.uint8)
    places = [place for place, cell in enumerate(cells) if cell is not MISSING]
    if len(places) < len(cells):
        found = from_cells([cells[place] for place in places], column, nan)
        values[places], states[places] = found.values, found.states
        return Points(values, states)
    for place, cell in enumerate(cells):
        values[place], states[place] = _cell(cell, column, nan)
    return Points(np.where(states == FINITE, values, math.nan), states)


def _cell(cell: Any, column: str, nan: int) -> tuple[float, int]:
    if cell is None:
        return math.nan, NULL
    if isinstance(cell, Missing):
        return math.nan, ABSENT
    if isinstance(cell, str) and cell.strip().lower() in _BLANK:
        return math.nan, ABSENT
    try:
        value = float(cell)
    except OverflowError:
        return math.nan, NON_FINITE
    except (TypeError, ValueError):
        raise HistoryError(
            f"Column {column!r:.60} holds {cell!r:.60}, which is not a number; expected numbers."
        ) from None
    return value, nan if math.isnan(value) else NON_FINITE if math.isinf(value) else FINITE


class Missing:
    """The type of `MISSING`, which stands where a row has no such column."""


MISSING = Missing()
