"""A folder in which a library left its log under a known name: Lightning's version_0, a trial of Ray Tune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from doctor.errors import HistoryError
from doctor.readers.base import NO, PERHAPS, Log, Reader
from doctor.readers.continued import joined
from doctor.readers.source import Source

_NAMES = (
    "metrics.csv",
    "results.csv",
    "summary.csv",
    "progress.csv",
    "result.json",
    "trainer_state.json",
    "history.csv",
)
_MORE = ("history.json", "log.csv", "training_results.csv", "training_statistics.json", "scalars.json", "train_log.txt")
_PATTERNS = ("training_log_*.txt",)
NAMES = (*_NAMES, *_MORE, *_PATTERNS)
"""The files that are looked for, the first name first."""
_MOST_RUNS = 200
_DEPTHS = ("", "*/", "*/*/", "*/*/*/")


def recognises(source: Source) -> int:
    """Tell whether a file of a known name lies in it, or a few folders below."""
    return PERHAPS if source.is_folder and _found(source) else NO


def reading_with(readers: Sequence[Reader]) -> Reader:
    """Return the reader of folders, which reads each file that it finds with the surest of `readers`."""

    def read(source: Source) -> list[Log]:
        logs: list[Log] = []
        files = _found(source)
        if len(files) > _MOST_RUNS:
            raise HistoryError(f"{source.name!r} holds more than {_MOST_RUNS} runs; name one run's folder.")
        for file in files:
            reader = max(readers, key=lambda reader: reader.recognises(file))
            place = _place(file, files, source)
            try:
                found = reader.read(file)
            except HistoryError:
                if _named(file) or (file is files[-1] and not logs):
                    raise
                continue  # nnU-Net leaves one without an epoch where it was stopped at once
            for log in found:
                name = place if log.name is None else f"{place}/{log.name}"
                logs.append(replace(log, name=name, notes=(*log.notes, f"Read from {file.name}, as {reader.name}.")))
        if not logs:
            raise HistoryError(f"{source.name!r} holds none of {', '.join(NAMES)}.")
        return joined(logs)

    return Reader("folder", recognises, read)


def _place(file: Source, files: Sequence[Source], source: Source) -> str:
    """Return the folder in which a file lies, and its name too where others lie there."""
    assert file.path is not None
    assert source.path is not None
    held = file.path.parent
    alone = sum(other.path is not None and other.path.parent == held for other in files) == 1
    return (held if alone else file.path).relative_to(source.path).as_posix()


def _named(file: Source) -> bool:
    return file.name in (*_NAMES, *_MORE)


def _found(source: Source) -> list[Source]:
    """Return the logs at the least depth at which there are any, one a folder; of checkpoints only the last."""
    if source.path is None:
        return []
    for depth in _DEPTHS:
        for name in NAMES:
            paths = sorted(path for path in source.path.glob(f"{depth}{name}") if path.is_file())
            if paths and all(path.parent.name.startswith("checkpoint-") for path in paths):
                paths = [max(paths, key=lambda path: _step(path.parent.name))]
            if paths:
                return [Source(path.name, path) for path in paths[: _MOST_RUNS + 1]]
    return []


def _step(name: str) -> int:
    number = name.rsplit("-", 1)[-1]
    return int(number) if number.isdigit() else -1
