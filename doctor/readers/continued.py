"""A run that was resumed into a folder of its own each time, as MMEngine and Lightning do: the parts put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.log import Log, Track
from doctor.points import Array, Points, from_cells

Span = tuple[str, float, float, float]
"""How the training loss is counted (`epoch` or `step`), its first and last count, and how far these lie apart."""


def joined(logs: list[Log]) -> list[Log]:
    """Return one log where each goes on where the one before it stopped, or a little earlier; else the same logs."""
    spans = [span for log in logs if (span := _span(log)) is not None]
    if len(logs) < 2 or len(spans) < len(logs) or not all(_goes_on(spans[0], *pair) for pair in pairwise(spans)):
        return logs
    begins = [first for _, first, _, _ in spans]
    parts = [_before(log, spans[0][0], min(begins[place:], default=np.inf)) for place, log in enumerate(logs, 1)]
    # The name alone is not enough: Keras's folders train/ and validation/ both write `epoch_loss`.
    columns = [{(track.name, track.role): track for track in reversed(log.tracks)} for log in parts]
    named = dict.fromkeys((track.name, track.role) for log in parts for track in log.tracks)
    held = [[own.get(key) for own in columns] for key in named]
    listed = ", ".join(str(log.name) for log in logs[:5]) + (" ..." if len(logs) > 5 else "")
    note = f"Each of {len(logs)} folders goes on where the one before it stopped ({listed}): read as one resumed run."
    notes = (*dict.fromkeys(note for log in logs for note in log.notes), note)
    again = tuple(other[1] for one, other in pairwise(spans) if other[1] <= one[2])
    return [replace(logs[0], tracks=tuple(map(_one, held)), name=None, notes=notes, restarts=again)]


def _before(log: Log, unit: str, limit: float) -> Log:
    """Return the log without what a later part wrote again."""
    kept = []
    for track in log.tracks:
        axis = track.epoch if unit == "epoch" else track.step
        if axis is not None and len(axis) == len(track.cells):
            chosen = np.flatnonzero(~(axis >= limit))
            track = track.take(chosen, np.zeros(len(chosen)))
        kept.append(track)
    return replace(log, tracks=tuple(kept))


def _span(log: Log) -> Span | None:
    for track in log.tracks:
        own = track.role or role(track.name)
        if own is None or own.curve != "loss" or own.part:
            continue
        for unit, axis in (("epoch", track.epoch), ("step", track.step)):
            if axis is not None and len(axis) == len(track.cells):
                counts = np.unique(axis[_points(track).written & np.isfinite(axis)])
                alone = 1.0 if unit == "epoch" else np.inf
                spacing = float(np.median(np.diff(counts))) if len(counts) > 1 else alone
                return (unit, float(counts[0]), float(counts[-1]), spacing) if len(counts) else None
    return None


def _goes_on(first: Span, one: Span, other: Span) -> bool:
    """Tell whether one may go on as the other, which begins further off than a new run, whose first step is one off."""
    if not first[0] == one[0] == other[0] or other[1] <= 1.5 * other[3]:
        return False
    return first[1] < other[1] <= one[2] + (one[3] if np.isfinite(one[3]) else 0.0)


def _one(tracks: Sequence[Track | None]) -> Track:
    """Put the parts of one column one behind the other."""
    parts = [track for track in tracks if track is not None and len(track.cells)]
    if len(parts) < 2:
        return next(iter(parts), next(track for track in tracks if track is not None))
    points = [_points(track) for track in parts]
    cells = Points(np.concatenate([p.values for p in points]), np.concatenate([p.states for p in points]))
    return replace(
        parts[0], cells=cells, epoch=_axis(parts, lambda t: t.epoch), step=_axis(parts, lambda t: t.step), row=None
    )


def _axis(parts: Sequence[Track], of: Callable[[Track], Array | None]) -> Array | None:
    axes = [axis for part in parts if (axis := of(part)) is not None]
    return np.concatenate(axes) if len(axes) == len(parts) else None


def _points(track: Track) -> Points:
    try:
        return track.points()
    except HistoryError:  # a column of words, which no curve is read from
        return from_cells([""] * len(track.cells), track.name)
