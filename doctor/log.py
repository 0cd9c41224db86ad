"""A training log as a reader found it: tracks, which are columns with their places on the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor.columns import Role
from doctor.points import Array, Points, from_array, from_cells

Cells = Sequence[Any] | Array | Points


@dataclass(frozen=True)
class Track:
    """One column as it was written: its cells, and where on the axes each stands.

    Attributes:
        name: As the log has it.
        cells: Numbers, or what should be numbers; read only if the column is used.
        epoch: The epoch's number at each cell, NaN where it is not known; None where the log has none.
        step: The same for steps.
        row: The line that each cell stands in, where columns share lines; None where they do not.
        role: What it holds, where the format says so; None where its name has to tell.
        source: Where it comes from (a folder's or file's name), for messages.
        nan: The state of a cell that is NaN.
    """

    name: str
    cells: Cells
    epoch: Array | None = None
    step: Array | None = None
    row: Array | None = None
    role: Role | None = None
    source: str = ""
    nan: int = 2

    def points(self) -> Points:
        """Read the cells.

        Raises:
            HistoryError: A cell is not a number.
        """
        if isinstance(self.cells, Points):
            return self.cells
        if isinstance(self.cells, np.ndarray) and self.cells.dtype == np.float64 and self.cells.ndim == 1:
            return from_array(self.cells, self.nan)
        return from_cells(self.cells, self.name, self.nan)

    def take(self, chosen: npt.NDArray[np.intp], shift: Array) -> Track:
        """Return the cells at `chosen`, their epochs (or, without epochs, steps) moved by `shift`."""
        cells: Cells
        if isinstance(self.cells, Points):
            cells = self.cells.take(chosen)
        else:
            cells = self.cells[chosen] if isinstance(self.cells, np.ndarray) else [self.cells[i] for i in chosen]
        epoch, step, row = (None if a is None else a[chosen] for a in (self.epoch, self.step, self.row))
        if epoch is not None:
            epoch = epoch + shift
        elif step is not None:
            step = step + shift
        return replace(self, cells=cells, epoch=epoch, step=step, row=row)


@dataclass(frozen=True)
class Log:
    """One run as it was found.

    Attributes:
        tracks: The columns, in the order of the log.
        context: Facts about the run.
        name: The run's name, where the source holds several.
        notes: What the reader found worth saying.
        unowned: Whose an accuracy is that does not say so; None: training's, unless both losses name their owner.
        epoch_ends: Epochs say how far training was when the line was written, and may be fractions.
        appended: The runs were written to one file one after another; the last one counts if none is asked for.
        separate: The runs have nothing to do with each other (a notebook's cells); the last one counts too.
        restarts: Epochs (or steps) at which training was resumed.
    """

    tracks: tuple[Track, ...]
    context: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    notes: tuple[str, ...] = ()
    unowned: str | None = None
    epoch_ends: bool = False
    appended: bool = False
    separate: bool = False
    restarts: tuple[float, ...] = ()
