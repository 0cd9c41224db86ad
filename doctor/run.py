"""One training run as it was read: an axis, series that know whose they are, and what was made of each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor.points import NON_FINITE, Array, Points


@dataclass(frozen=True)
class Used:
    """A column that was read, and the curve that it was read as."""

    column: str
    curve: str
    how: str = ""


@dataclass(frozen=True)
class Unused:
    """A column that was not used, and why."""

    column: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What was read as what.

    Attributes:
        format: The format's name, or `memory` for a history that was given as such.
        run: The run's name where a log holds several.
        axis: What one point of the curves is: `epoch`, `step` or `row`.
        used: The columns that became curves.
        unused: The other columns, with the reason.
        notes: What a reader of the diagnosis should know: restarts, units, values that were not believed.
        restarts: Epochs, counted from 1, at which the run was restarted or resumed.
        runs: The names of all runs of the log, where there are several.
        appended: Whether the log's runs were written one after another, the count beginning again.
    """

    format: str
    run: str | None
    axis: str
    used: tuple[Used, ...]
    unused: tuple[Unused, ...]
    notes: tuple[str, ...] = ()
    restarts: tuple[int, ...] = ()
    runs: tuple[str, ...] = ()
    appended: bool = False


@dataclass(frozen=True)
class Series:
    """One curve on the axis of its run.

    Attributes:
        quantity: `loss`, `accuracy` or `other`.
        split: `train`, `validation` or `test`: whose it is.
        column: The name under which it was written.
        points: One point for each place of the axis; `NULL` and `UNSURE` are settled.
    """

    quantity: str
    split: str
    column: str
    points: Points

    @property
    def curve(self) -> str:
        """Return its name in Keras's names."""
        return self.quantity if self.split == "train" else f"val_{self.quantity}"


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes:
        axis: The epoch's (or step's) number as the log has it, float64 `[epochs]`.
        series: Training loss first; at most one for each curve.
        context: Facts about the run that the log holds.
        reading: What was read as what.
        not_measured: Curves that the log holds and that were never computed (zeros throughout).
        starved: Places, counted from 1, of epochs in which there was next to no data; their points are gaps.
    """

    axis: Array
    series: tuple[Series, ...]
    reading: Reading
    context: Mapping[str, Any] = field(default_factory=dict)
    not_measured: tuple[str, ...] = ()
    starved: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Return the number of places of the axis."""
        return len(self.axis)

    def points(self, curve: str) -> Points | None:
        """Return the points of a curve, or None where the log has none."""
        return next((series.points for series in self.series if series.curve == curve), None)

    def history(self) -> History:
        """Return the curves under Keras's names, one value an epoch, NaN where none or none that is finite is."""
        return History({series.curve: series.points.values.tolist() for series in self.series}, self)


class History(dict[str, list[float]]):
    """A history that remembers the run it was read from: which gaps are gaps, and what was read as what."""

    def __init__(self, curves: Mapping[str, list[float]], run: Run) -> None:
        """Take the curves of `run`."""
        super().__init__(curves)
        self._run = run

    @property
    def run(self) -> Run | None:
        """Return the run, or None where the lists were changed since it was read."""
        own = {series.curve: series.points.values for series in self._run.series}
        same = self.keys() == own.keys() and all(
            len(self[curve]) == len(values) and np.array_equal(self[curve], values, equal_nan=True)
            for curve, values in own.items()
        )
        return self._run if same else None


def first_non_finite(points: Points) -> npt.NDArray[np.intp]:
    """Return the places at which a stretch of points begins that were written and are not finite."""
    bad = points.states == NON_FINITE
    follows = np.concatenate([[False], bad[:-1]]) if len(bad) else bad
    return np.flatnonzero(bad & ~follows)
