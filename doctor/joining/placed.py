"""Points with their places on the axes, and how several points of one epoch become one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from doctor.log import Track
from doctor.points import ABSENT, FINITE, NON_FINITE, Array, Points

Groups = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """The points of a track at which anything was written, in the order of writing, with their axes."""

    points: Points
    epoch: Array | None
    step: Array | None
    row: Array | None

    @classmethod
    def of(cls, track: Track) -> Placed:
        """Read a track.

        Raises:
            HistoryError: A cell is not a number.
        """
        points = track.points()
        kept, axes = points.written, []
        for axis in (track.epoch, track.step):
            known = None if axis is None else kept & np.isfinite(axis)
            if known is not None and not known.any() and kept.any():
                axis = None  # none of its points has a place on it
            elif known is not None:
                kept = known
            axes.append(axis)
        rows = np.flatnonzero(kept)
        epoch, step, row = (None if a is None else a[rows] for a in (*axes, track.row))
        return cls(points.take(rows), epoch, step, row)

    def key(self) -> Array:
        """Return what orders the points: steps, or epochs with their fractions, or rows."""
        for axis in (self.step, self.epoch, self.row):
            if axis is not None:
                return axis
        return np.arange(len(self.points), dtype=np.float64)


Grouping = Callable[[Placed], Groups]


@dataclass(frozen=True)
class Axis:
    """An axis that was chosen: its labels, its unit, and how points find their place."""

    labels: Array
    unit: str
    grouping: Grouping
    notes: tuple[str, ...] = ()


def reduce(points: Points, groups: Groups, count: int, mean: bool) -> Points:
    """Make one point of those of each group.

    Args:
        points: In the order of writing.
        groups: The group of each, int64 `[n]`; a point of a group outside 0 to `count` - 1 is left out.
        count: Number of groups.
        mean: Take the mean (of a group in which a point is not finite there is none), instead of the last point.
    """
    inside = (groups >= 0) & (groups < count)
    points, groups = points.take(inside), groups[inside]
    states = np.full(count, ABSENT, np.uint8)
    values = np.full(count, math.nan)
    states[groups] = points.states  # of several points of a group the last one is kept
    values[groups] = points.values
    if mean:
        finite = points.states == FINITE
        number = np.bincount(groups[finite], minlength=count)
        with np.errstate(over="ignore"):
            total = np.bincount(groups[finite], weights=points.values[finite], minlength=count)
        known = number > 0
        several = number > 1
        states[known] = FINITE
        values[several] = total[several] / number[several]
        one = finite & ~several[groups]
        values[groups[one]] = points.values[one]
        bad = np.unique(groups[points.states == NON_FINITE])
        states[bad] = NON_FINITE
        states[known & ~np.isfinite(values)] = NON_FINITE
    return Points(np.where(states == FINITE, values, math.nan), states)


def distinct(values: Array) -> Array:
    """Return the values in order, each once; those of an axis mostly are in order already, which is fast."""
    if len(values) > 1 and not (values[1:] >= values[:-1]).all():
        values = np.sort(values)
    return values[first_of_each(values)]


def among(values: Array, others: Array) -> npt.NDArray[np.bool_]:
    """Tell for each value whether it is one of `others`, which are in order, bool `[n]`."""
    if not len(others):
        return np.zeros(len(values), bool)
    return np.asarray(others[np.minimum(np.searchsorted(others, values), len(others) - 1)] == values)


def first_of_each(key: Array) -> npt.NDArray[np.intp]:
    """Return the places of the first of equal keys: an evaluation repeated at the end opens no new round."""
    if not len(key):
        return np.empty(0, np.intp)
    return np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
