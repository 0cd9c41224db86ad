"""Long tables, one value a line: R's `as.data.frame(history)`, and exports with the columns name, step and value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.joining.writers import owners_of
from doctor.log import Track
from doctor.points import Points
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.shapes import series
from doctor.readers.source import Source
from doctor.tracks import is_axis

_NAMES = ("metric", "name", "key", "variable", "tag", "metric_name", "metric.name")
_OWNERS = ("data", "split", "set", "phase", "mode", "dataset", "variant", "subset", "metric.context.subset")
_RUNS = ("run.hash", "run_uuid", "run_id", "run", "dir_name")


def recognises(source: Source) -> int:
    """Tell whether the header has `value`, a name, and an epoch or step."""
    header = source.header
    return SURE if "value" in header and set(header) & set(_NAMES) and any(map(is_axis, header)) else NO


def read(source: Source) -> list[Log]:
    """Read the table; the owner, where it has a column of its own, is put before the name.

    Raises:
        HistoryError: The text is not such a table.
    """
    return [run for log in logs(source.text) for run in _runs(log)]


def _runs(log: Log) -> Iterator[Log]:
    """Part the table where a column names the run of each line, as the dataframe of Aim and MLflow's database do."""
    run = _first({track.name.lower(): track for track in log.tracks}, _RUNS)
    lines: dict[str, list[int]] = {}
    for place, name in enumerate([] if run is None else _each(run)):
        lines.setdefault(str(name), []).append(place)
    if len(lines) < 2 and owners_of(lines) is None:
        yield _wide(log)
        return
    owners = owners_of(lines)
    if owners is not None:  # TensorBoard's writers exp/train and exp/validation are one run
        yield from _of_writers(log, lines, owners)
        return
    for name, places in lines.items():
        yield replace(_wide(_rows_of(log, places)), name=name)


def _of_writers(log: Log, lines: Mapping[str, list[int]], owners: Mapping[str, tuple[str, str]]) -> Iterator[Log]:
    runs: dict[str, list[Track]] = {}
    for name, places in lines.items():
        run, owner = owners[name]
        found = _wide(_rows_of(log, places)).tracks
        runs.setdefault(run, []).extend(_owned(track, owner) for track in found)
    for run, tracks in runs.items():
        yield replace(log, tracks=tuple(tracks), name=(run or ".") if len(runs) > 1 else None)


def _owned(track: Track, owner: str) -> Track:
    own = role(track.name)
    return track if own is not None and own.split is not None else replace(track, name=f"{owner} {track.name}")


def _rows_of(log: Log, places: list[int]) -> Log:
    chosen = np.array(places, np.intp)
    whole = (track for track in log.tracks if len(track.cells) > chosen.max())
    return replace(log, tracks=tuple(track.take(chosen, np.zeros(len(places))) for track in whole))


def _wide(log: Log) -> Log:
    columns = {track.name.lower(): track for track in log.tracks}
    name = _first(columns, _NAMES)
    value, owner = columns.get("value"), _first(columns, _OWNERS)
    if name is None or value is None or (value.epoch is None and value.step is None):
        raise HistoryError(
            "The table is not a long one; expected the columns 'metric', 'value' and 'epoch' (or 'step')."
        )
    axis = value.epoch if value.epoch is not None else value.step
    assert axis is not None
    owners = _each(owner) if owner is not None else [""] * len(value.cells)
    curves: dict[str, tuple[list[float], list[object]]] = {}
    for curve, split, step, cell in zip(_each(name), owners, axis.tolist(), _each(value), strict=True):
        steps, cells = curves.setdefault(f"{split} {curve}".strip(), ([], []))
        steps.append(step)
        cells.append(cell)
    return Log(tuple(series(curve, steps, cells) for curve, (steps, cells) in curves.items()), notes=log.notes)


def _each(track: Track) -> list[Any]:
    cells = track.cells
    return cells.values.tolist() if isinstance(cells, Points) else list(cells)


def _first(columns: Mapping[str, Track], names: tuple[str, ...]) -> Track | None:
    return next((columns[name] for name in names if name in columns), None)


READER = Reader("long", recognises, read)
