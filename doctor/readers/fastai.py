"""fastai's CSVLogger: metrics without an owner are of the validation set, the only one that they are computed on."""

from __future__ import annotations

from dataclasses import replace

from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.source import Source


def recognises(source: Source) -> int:
    """Tell whether the header is `epoch,train_loss,valid_loss,...,time`."""
    header = source.header
    return SURE if header[:3] == ("epoch", "train_loss", "valid_loss") and header[-1] == "time" else NO


def read(source: Source) -> list[Log]:
    """Read the table.

    Raises:
        HistoryError: The text is not a table.
    """
    return [replace(log, unowned="validation") for log in logs(source.text)]


READER = Reader("fastai", recognises, read)
