"""Columns that name TensorBoard's writers (`run`, `dir_name`): `exp/train` and `exp/validation` are one run.

So write the dataframes of TensorBoard's ExperimentFromDev and of tbparse, and what others make of event files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from doctor.columns import SPLIT_OF, role
from doctor.joining.labels import label_of
from doctor.log import Log, Track

COLUMNS = frozenset({"run", "run_name", "dir_name", "directory", "logdir", "log_dir", "writer"})
_WORDS = "|".join(sorted((word for word in SPLIT_OF if len(word) > 2), key=len, reverse=True))
_LAST = re.compile(rf"(?:(.*?)[/\\_.-])?({_WORDS})", re.IGNORECASE)
_ROOTS = ("", ".")


def by_writers(log: Log) -> Log:
    """Return the log with a column `split`, and `run` where there are several, in place of one that names writers."""
    found = label_of(log, COLUMNS)
    if found is None or any(_says_whose(track) for track in log.tracks):
        return log
    label, cells = found
    parted = owners_of(cells)
    if parted is None:
        several = label.name.lower() != "run" and len(set(cells)) > 1
        return _in_place_of(log, label, {"run": cells} if several else {label.name: cells})
    columns = {"split": [parted[cell][1] for cell in cells]}
    if len({run for run, _ in parted.values()}) > 1:
        columns["run"] = [parted[cell][0] or "." for cell in cells]
    return _in_place_of(log, label, columns)


def owners_of(names: Iterable[str]) -> Mapping[str, tuple[str, str]] | None:
    """Return the run and the owner of each writer by its name, or None where names do not say whose they are.

    A writer without a word for it that lies above another is training's: TensorFlow's estimators write `.` and `eval`.
    """
    known = dict.fromkeys(names)
    if not known:
        return None
    found = {name: match for name in known if (match := _LAST.fullmatch(name.strip())) is not None}
    runs = {match[1] or "" for match in found.values()}
    owners = {name: (match[1] or "", SPLIT_OF[match[2].lower()]) for name, match in found.items()}
    for name in known:
        run = "" if name in _ROOTS else name
        if name not in owners and run in runs:
            owners[name] = (run, "train")
    splits = {split for _, split in owners.values()}
    alone = all("/" in name or "\\" in name for name in known) and splits <= {"validation", "train"}
    return owners if len(owners) == len(known) and splits != {"train"} and ("train" in splits or alone) else None


def _says_whose(track: Track) -> bool:
    own = track.role or role(track.name)
    return own is not None and own.split is not None


def _in_place_of(log: Log, label: Track, columns: Mapping[str, list[str]]) -> Log:
    if list(columns) == [label.name]:
        return log
    made = [replace(label, name=name, cells=cells) for name, cells in columns.items()]
    kept = (track for track in log.tracks if track is not label)
    return replace(log, tracks=(*made, *kept))


__all__ = ["by_writers", "owners_of"]
