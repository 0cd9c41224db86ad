"""Avalanche's training_results.csv: the validation in the row of an epoch was measured before that epoch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from doctor.log import Log
from doctor.readers.base import NO, SURE, Reader
from doctor.readers.delimited import logs
from doctor.readers.source import Source

_NOTE = (
    "Avalanche writes beside an epoch the validation before it; each was put to the epoch that it was measured after."
)


def recognises(source: Source) -> int:
    """Tell whether the header is that of Avalanche's CSVLogger."""
    return SURE if source.header[:2] == ("training_exp", "epoch") else NO


def read(source: Source) -> list[Log]:
    """Read the table, its validation moved up by one row; that of the untrained network falls away.

    Raises:
        HistoryError: The text is not a table.
    """
    return [_moved(log) for log in logs(source.text)]


def _moved(log: Log) -> Log:
    tracks = []
    for track in log.tracks:
        if track.name.startswith("val_") and track.epoch is not None:
            later = np.flatnonzero(track.epoch > track.epoch.min()) if len(track.epoch) else np.empty(0, np.intp)
            track = replace(track.take(later, np.full(len(later), -1.0)), row=None)
        tracks.append(track)
    return replace(log, tracks=tuple(tracks), notes=(*log.notes, _NOTE))


READER = Reader("avalanche", recognises, read)
