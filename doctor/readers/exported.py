"""Curves that TensorBoard's page exports, a file each, and all of tensorboardX's `export_scalars_to_json`.

`Wall time,Step,Value` as CSV or a JSON list of such triples. The curve's name is in the file's name only
(`run-train-tag-epoch_loss.csv`), so a folder of them is read, and a single file where it is training's loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

from doctor.columns import is_loss, role
from doctor.errors import HistoryError
from doctor.readers import delimited
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.event_folder import split_of
from doctor.readers.shapes import series
from doctor.readers.source import Source

_HEADER = ("wall time", "step", "value")
_NAME = re.compile(r"(?:run[-_](?P<run>.*?)[-_])?tag[-_](?P<tag>.+?)(?: \(\d+\))?\.(?:csv|json)", re.IGNORECASE)
_MOST_FILES = 200


def recognises(source: Source) -> int:
    """Tell whether it is such a file, or a folder that holds such files under the names that TensorBoard gives."""
    if source.is_folder:
        return SURE if any(recognises(file) for file in _files(source)[:3]) else NO
    if source.header == _HEADER:
        return SURE
    value = source.json
    if isinstance(value, Mapping):
        return SURE if value and all(map(_is_triples, value.values())) else NO
    return SURE if _is_triples(value) else NO


def read(source: Source) -> list[Log]:
    """Read the curves.

    Raises:
        HistoryError: It is none of these, or one curve alone, whose name is not that of training's loss.
    """
    if not recognises(source):
        raise HistoryError("Expected columns Wall time, Step, Value, or JSON lists of such triples.")
    if isinstance(source.json, Mapping):
        return [Log(tuple(_of_writer(source.json)))]
    files = [file for file in _files(source) if recognises(file)] if source.is_folder else [source]
    tracks = tuple(track for file in files for track in _of_file(file))
    if not source.is_folder and not any(track.role and track.role.curve == "loss" for track in tracks):
        raise HistoryError(
            f"{source.name!r} is one curve that TensorBoard exported, and which one is only in the name that it gave "
            "the file. Give the folder that TensorBoard showed (--logdir), or put the exported files, under their own "
            "names (run-train-tag-epoch_loss.csv), into one folder and give that."
        )
    return [Log(tracks)]


def _files(source: Source) -> list[Source]:
    assert source.path is not None
    names = [*source.path.glob("*tag*.csv"), *source.path.glob("*tag*.json")]
    return [Source(path.name, path) for path in sorted(names)[:_MOST_FILES] if path.is_file()]


def _of_file(file: Source) -> Iterator[Track]:
    named = _NAME.search(file.name)
    tag, run = (named["tag"], named["run"] or "") if named else ("", "")
    own = role(tag)
    if own is not None and own.split is None:
        own = replace(own, split=split_of(run))
    if file.header == _HEADER:
        found = next(track for track in delimited.logs(file.text)[0].tracks if track.name.lower() == "value")
        yield Track(tag or "value", found.cells, step=found.step, role=own, source=run)
    else:
        yield replace(_series(tag or "value", file.json), role=own, source=run)


def _of_writer(value: Mapping[str, Any]) -> Iterator[Track]:
    """Yield the curves of tensorboardX, whose names begin with the folder that they were written to."""
    folders = [name.split("/")[:-1] for name in value]
    shared = list(takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False)))
    for length in range(len(shared), -1, -1):
        names = {name: "/".join(name.split("/")[length:]) for name in value}
        if any(map(is_loss, names.values())):
            break
    for name, triples in value.items():
        yield _series(names[name], triples)


def _series(name: str, triples: Any) -> Track:
    return series(name, [triple[1] for triple in triples], [triple[2] for triple in triples])


def _is_triples(value: Any) -> bool:
    whole = isinstance(value, list) and bool(value) and all(isinstance(row, list) and len(row) == 3 for row in value)
    return whole and not any(isinstance(cell, str) for cell in value[0])


READER = Reader("exported", recognises, read)
