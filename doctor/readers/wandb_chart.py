"""The CSV of a chart of Weights & Biases' page: columns `run - metric`, each with its `__MIN` and `__MAX`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.joining.labels import texts
from doctor.log import Track
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.source import Source

_RANGES = ("__min", "__max")
_BETWEEN = " - "
_WHOLE = "wandb.Api().run('ENTITY/PROJECT/RUN_ID').history(samples=100000).to_csv('history.csv')"
_THINNED = (
    "W&B's chart shows means here, of steps or of a group of runs, as '__MIN' and '__MAX' differ. "
    f"The whole of a run: {_WHOLE}."
)


def recognises(source: Source) -> int:
    """Tell whether columns come with their least and greatest values."""
    header = set(source.header)
    return SURE if any(f"{name}{_RANGES[0]}" in header for name in header if _BETWEEN in name) else NO


def read(source: Source) -> list[Log]:
    """Read the chart; each run that it shows is a run.

    Raises:
        HistoryError: It shows no training loss, or the text is not such a table.
    """
    return [run for log in logs(source.text) for run in _runs(log)]


def _runs(log: Log) -> list[Log]:
    runs: dict[str, list[Track]] = {}
    shared = []
    for track in log.tracks:
        run, _, metric = track.name.rpartition(_BETWEEN)
        if track.name.lower().endswith(_RANGES):
            continue
        if run:
            runs.setdefault(run, []).append(replace(track, name=metric))
        else:
            shared.append(track)
    if not any(_is_training(track) for held in runs.values() for track in held):
        listed = ", ".join(sorted({repr(track.name[:40]) for held in runs.values() for track in held})[:8])
        raise HistoryError(
            f"The chart shows {listed} and not the training loss; W&B exports one chart at a time. "
            f"Add 'train/loss' to the chart (edit the panel), or export the whole run: {_WHOLE}."
        )
    cells = {track.name: texts(track) for track in log.tracks if _BETWEEN in track.name}
    return [
        replace(
            log,
            tracks=(*held, *shared),
            name=run if len(runs) > 1 else None,
            notes=(*log.notes, *((_THINNED,) if _differ(cells, run) else ())),
        )
        for run, held in runs.items()
    ]


def _is_training(track: Track) -> bool:
    own = role(track.name)
    return own is not None and own.curve == "loss"


def _differ(cells: Mapping[str, Sequence[str]], run: str) -> bool:
    """Tell whether the least and the greatest value of any curve of a run are not the same."""
    least = {name[:-5]: held for name, held in cells.items() if name.startswith(run) and name.lower().endswith("__min")}
    return any(cells.get(f"{name}__MAX", held) != held for name, held in least.items())


READER = Reader("wandb_chart", recognises, read)
