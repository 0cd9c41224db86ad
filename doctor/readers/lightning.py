"""Lightning's metrics.csv: rows by step, an epoch column, and blanks wherever a metric was not logged."""

from __future__ import annotations

from doctor.readers.base import LIKELY, NO, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.source import Source


def recognises(source: Source) -> int:
    """Tell whether the header has both `epoch` and `step`."""
    return LIKELY if {"epoch", "step"} <= set(source.header) else NO


def read(source: Source) -> list[Log]:
    """Read the rows; those of one epoch are gathered when the run is joined.

    Raises:
        HistoryError: The text is not such a table.
    """
    return logs(source.text)


READER = Reader("lightning", recognises, read)
