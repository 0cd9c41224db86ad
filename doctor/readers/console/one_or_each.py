"""What several processes printed: one run where all say the same, else each a run of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from doctor.joining.labels import texts
from doctor.log import Log


def one_or_each(logs: Mapping[str, Log], word: str) -> list[Log]:
    """Return one log where all hold the same values, else each under its name.

    Of ranks, which train one network on shares of the data, the lowest is last, and so counts if none is asked for.
    """
    if not logs:
        return []
    names = list(logs)
    first = logs[names[0]]
    different = [name for name in names if _values(logs[name]) != _values(first)]
    if not different:
        others = ", ".join(names[1:5]) + (" ..." if len(names) > 5 else "")
        said = f"The lines of {names[0]} were read; {others} printed the same values."
        return [first if len(names) == 1 else replace(first, notes=(said, *first.notes))]
    if word != "rank":
        return [replace(log, name=name[1:-1] if name[0] in "[(" else name) for name, log in logs.items()]
    note = f"{len(names)} ranks printed values of their own, of their share of the data; these are those of"
    return [
        replace(logs[name], name=name, separate=True, notes=(f"{note} {name} (--run 'rank N').", *logs[name].notes))
        for name in reversed(names)
    ]


def _values(log: Log) -> dict[str, list[str]]:
    return {track.name: texts(track) for track in log.tracks}
