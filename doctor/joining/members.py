"""Series that belong to members of a group: folds, clients, workers, seeds. Each is a run of its own.

A column of its own may say of each row which member it is of, or a number in the names of the columns (`fold1_loss`,
`client_0/loss`). Averaged, they would be a curve that nobody trained.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import numpy as np

from doctor.columns import role
from doctor.joining.labels import MOST_RUNS, labels_of, stands_beside, texts
from doctor.joining.results import is_checkpoint
from doctor.log import Log, Track
from doctor.points import Array

Places = Sequence[np.ndarray[Any, np.dtype[np.intp]]]
_COUNTED = (
    *("client", "fold", "kfold", "seed", "worker", "model", "net", "network", "run", "trial", "member", "agent"),
    *("replica", "site", "party", "hospital", "learner", "experiment", "exp", "repeat", "repetition"),
    *("replicate", "ensemble", "estimator", "island", "peer", "participant", "silo", "student", "cv"),
)
"""Words that, with a number behind them, name a member."""
_RUNS = frozenset(
    {*_COUNTED, "folds", "fold_id", "k_fold", "run_id", "run_name", "trial_id", "model_name", "client_id", "cid"}
    | {"worker_id", "agent_id", "partition_id", "node_id"}
)
"""Names of columns that say of which run a row is."""
SERIES = frozenset({"group", "task", "task_id", "domain", "worker_name"})
"""Names of columns whose numbers tell series apart, but not of what; a batch's number does not."""
MEMBER = re.compile(
    rf"(?<![^\W_])({'|'.join(sorted(_COUNTED, key=len, reverse=True))})(?:[ _]?(?:id|idx|no|nr|index))?"
    r"\s?[ _#:=.-]{0,2}\s?(?<![.])(\d{1,6})(?![^\W_]|\.\d|:\d|\s?%)",
    re.IGNORECASE,
)
"""`client 0`, `Fold: 3`, `seed=7`, `net2`, `worker_1`: a word, and the member's number."""


def labelled_runs(log: Log) -> list[Log]:
    """Return a log for each run, where columns of their own say of which run each row is; else the log as it is."""
    labels = labels_of(log, _RUNS)
    if not labels:
        return [log]
    called = ", ".join(repr(label.name) for label in labels)
    members = list(zip(*(texts(label) for label in labels), strict=True))
    names = list(dict.fromkeys(members))
    if not 1 < len(names) <= MOST_RUNS or any("" in name for name in names):
        return [log]
    if len(names) == len(members) and any(map(is_checkpoint, names[0])):
        return [log]  # what was saved at each epoch
    places = dict(zip(names, _places(members, names), strict=True))
    if not _are_runs(labels[0], list(places.values())):
        return [log]
    note, other = f"{called} parts the rows into {len(names)} runs; this is", f"--run '{labels[0].name} NAME'"
    return [
        replace(
            log,
            tracks=tuple(
                track.take(chosen, np.zeros(len(chosen))) if stands_beside(track, labels[0]) else track
                for track in log.tracks
                if all(track is not label for label in labels)
            ),
            name=_named(log, [f"{label.name} {cell}" for label, cell in zip(labels, name, strict=True)]),
            notes=(*log.notes, f"{note} {', '.join(name)!r:.40}; {other} judges another by itself."),
            separate=True,
        )
        for name, chosen in places.items()
    ]


def _places(members: Sequence[tuple[str, ...]], names: Sequence[tuple[str, ...]]) -> Places:
    number = {name: place for place, name in enumerate(names)}
    own = np.array([number[member] for member in members])
    return [np.flatnonzero(own == place) for place in range(len(names))]


def _named(log: Log, parts: Sequence[str]) -> str:
    return "/".join([*([log.name] if log.name else []), ", ".join(parts)])


def numbered_runs(log: Log) -> list[Log]:
    """Return a log for each member that the names of the columns number, with the columns that all of them share.

    Where a column without a number holds the training loss, that is the run, and the members' are left unused.
    """
    found = [(track, MEMBER.search(track.name)) for track in log.tracks]
    own: dict[str, dict[str, list[Track]]] = defaultdict(lambda: defaultdict(list))
    for track, match in found:
        if match is not None:
            own[match[1].lower()][match[2]].append(_without(track, match))
    shared = [track for track, match in found if match is None]
    word = next((word for word, members in own.items() if _is_group(members)), None)
    if word is None or len(own) > 1 or any(_is_loss(track) for track in shared):
        return [log]
    note = f"The names of the columns number {len(own[word])} of '{word}'; this is"
    return [
        replace(
            log,
            tracks=(*tracks, *shared),
            name=_named(log, [f"{word} {number}"]),
            notes=(*log.notes, f"{note} {word} {number}; --run '{word} NUMBER' judges another by itself."),
            separate=True,
        )
        for number, tracks in own[word].items()
    ]


def _without(track: Track, match: re.Match[str]) -> Track:
    """Return the column under its name without the member; the series of one log have one source."""
    name = f"{track.name[: match.start()]} {track.name[match.end() :]}".strip(" _/.-:|")
    return replace(track, name=re.sub(r"\s*[_/.-]?\s+[_/.-]?\s*", " ", name), role=None)


def _is_group(members: Mapping[str, Sequence[Track]]) -> bool:
    return 1 < len(members) <= MOST_RUNS and all(any(map(_is_loss, tracks)) for tracks in members.values())


def _is_loss(track: Track) -> bool:
    own = track.role or role(track.name)
    return own is not None and own.curve == "loss" and not own.part


def _are_runs(label: Track, places: Places) -> bool:
    """Tell whether each member counts its epochs (or steps) for itself, or, where nothing counts, is one stretch."""
    axis = label.epoch if label.epoch is not None else label.step
    if axis is None:
        return all(len(chosen) == chosen[-1] - chosen[0] + 1 for chosen in places)
    starts = {float(axis[chosen[0]]) for chosen in places}
    if len(starts) == 1 and all((np.diff(axis[chosen]) >= 0).all() for chosen in places):
        return True
    return train_side_by_side([set(_known(axis[chosen])) for chosen in places])


def train_side_by_side(epochs: Sequence[Set[float]]) -> bool:
    """Tell whether members have several epochs each, all but the first beginning before another has ended."""
    if len(epochs) < 2 or min(map(len, epochs)) < 2:
        return False
    return all(any(own & other for other in epochs if other is not own) for own in epochs)


def _known(axis: Array) -> list[float]:
    values: list[float] = axis[np.isfinite(axis)].tolist()
    return values
