"""torchrl's CSVLogger: scalars/NAME.csv, lines of step and value without a header."""

from __future__ import annotations

from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.shapes import series
from doctor.readers.source import Source

_MOST_FILES = 500
_PLACE = "scalars"


def recognises(source: Source) -> int:
    """Tell whether it is a folder with such files, or one of them."""
    if source.is_folder:
        return SURE if _files(source, 1) else NO
    inside = source.path is not None and source.path.parent.name == _PLACE and source.name.endswith(".csv")
    return SURE if inside else NO


def read(source: Source) -> list[Log]:
    """Read every scalar of the folder.

    Raises:
        HistoryError: One scalar's file was given.
    """
    if not source.is_folder or source.path is None:
        raise HistoryError(
            f"{source.name!r} is one scalar of torchrl's CSVLogger; give the folder that holds {_PLACE}/."
        )
    tracks = []
    for file in _files(source, _MOST_FILES):
        assert file.path is not None
        rows = [line.split(",") for line in file.text.splitlines() if line.count(",") == 1]
        name = file.path.relative_to(source.path).as_posix().split(f"{_PLACE}/", 1)[-1].removesuffix(".csv")
        tracks.append(
            series(name, [float(row[0]) for row in rows if row[0].strip().isdigit()], [row[1] for row in rows])
        )
    return [Log(tuple(tracks))]


def _files(source: Source, most: int) -> list[Source]:
    return [file for pattern in (f"{_PLACE}/**/*.csv",) for file in source.find(pattern, most)]


READER = Reader("torchrl", recognises, read)
