"""DVCLive's folder: plots/metrics/SPLIT/NAME.tsv, each with the columns `step` and NAME."""

from __future__ import annotations

from pathlib import PurePath

from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.delimited import logs
from doctor.readers.source import Source

_MOST_FILES = 500
_PLACE = ("plots", "metrics")


def recognises(source: Source) -> int:
    """Tell whether it is such a folder, or one file out of it."""
    if source.is_folder:
        return SURE if _metrics(source) is not None else NO
    return SURE if _folder_of(source) is not None else NO


def read(source: Source) -> list[Log]:
    """Read every metric of the folder; the path of each is its name.

    Raises:
        HistoryError: One metric's file was given, or the folder holds too many.
    """
    metrics = _metrics(source)
    if metrics is None or metrics.path is None:
        folder = _folder_of(source)
        raise HistoryError(f"{source.name!r} is one file of DVCLive's; give the whole folder: {folder or 'dvclive'}.")
    files = metrics.find("*.tsv", _MOST_FILES)
    if len(files) > _MOST_FILES:
        raise HistoryError(f"The folder {source.name!r} holds more than {_MOST_FILES} metrics; name fewer.")
    tracks = []
    for file in files:
        assert file.path is not None
        name = file.path.relative_to(metrics.path).with_suffix("").as_posix()
        tracks += [_named(track, name) for log in logs(file.text) for track in log.tracks if track.name != "timestamp"]
    return [Log(tuple(tracks))]


def _named(track: Track, name: str) -> Track:
    return Track(name, track.cells, track.epoch, track.step)


def _metrics(source: Source) -> Source | None:
    for parts in (_PLACE, ("dvclive", *_PLACE)):
        found = source.child(*parts) if source.is_folder else None
        if found is not None and found.is_folder:
            return found
    return None


def _folder_of(source: Source) -> PurePath | None:
    """Return DVCLive's folder that a file lies in."""
    if source.path is None:
        return None
    parts = source.path.parts
    for place in range(len(parts) - 1, 0, -1):
        if parts[place - 1 : place + 1] == _PLACE:
            return PurePath(*parts[: place - 1])
    beside = source.path.parent / "plots"
    return source.path.parent if source.name == "metrics.json" and beside.is_dir() else None


READER = Reader("dvclive", recognises, read)
