"""ultralytics' results.csv: losses of training and validation in parts, accuracy of validation only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from doctor.columns import Role
from doctor.log import Track
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.source import Source

PARTS = (
    "box_loss",
    "obj_loss",
    "seg_loss",
    "pose_loss",
    "kobj_loss",
    "cls_loss",
    "dfl_loss",
    "angle_loss",
    "sem_loss",
    "rle_loss",
)
"""Parts of the loss of detection, segmentation and pose, as they are called in the table and on the terminal."""
NOTE = "ultralytics writes the loss in parts; they were added up, and the level of the sum means little."


def recognises(source: Source) -> int:
    """Tell whether the header has train/... beside a rate: lr/pg0, of YOLOv5 x/lr0 or lr/0."""
    names = source.header
    rate = any(name.startswith(("lr/pg", "x/lr", "lr/0")) for name in names)
    return SURE if rate and any(name.startswith("train/") for name in names) else NO


def read(source: Source) -> list[Log]:
    """Read the table; where there is no whole loss, its parts are added up.

    Raises:
        HistoryError: The text is not a table.
    """
    return [replace(summed(log), unowned="validation") for log in logs(source.text)]


def summed(log: Log) -> Log:
    """Return the log with the sum of the parts as the loss of each owner that has no whole one."""
    tracks = {track.name: track for track in log.tracks}
    added: list[Track] = []
    for prefix, split in (("train", "train"), ("val", "validation")):
        parts = [tracks[name] for part in PARTS if (name := f"{prefix}/{part}") in tracks]
        if parts and f"{prefix}/loss" not in tracks:
            cells = [
                total(dict(enumerate(row)), range(len(row))) for row in zip(*(p.cells for p in parts), strict=True)
            ]
            name = " + ".join(part.name for part in parts)
            added.append(replace(parts[0], name=name, cells=cells, role=Role("loss", split)))
    kept = tuple(track for track in log.tracks if not (added and track.name.split("/")[-1] in PARTS))
    return replace(log, tracks=(*added, *kept), notes=(*log.notes, NOTE)) if added else log


def total(row: Mapping[Any, object], parts: Iterable[object]) -> float | str:
    """Add up the parts of one row; blank where one of them is."""
    cells = [str(row.get(part, "")).strip() for part in parts]
    try:
        return math.fsum(float(cell) for cell in cells) if all(cells) else ""
    except (ValueError, OverflowError):
        return ""


READER = Reader("ultralytics", recognises, read)
