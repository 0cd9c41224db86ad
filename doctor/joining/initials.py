"""Columns that name their owner by its initial: `t_loss` beside `v_loss`, `tAcc` beside `vAcc`, or `loss_t`.

One alone says nothing (`t_loss` may be a test's, `v_loss` that of a value function). Beside validation's `t` can only
be training's, as long as no other column may be.
"""

from __future__ import annotations

import re
from dataclasses import replace

from doctor.columns import Role, role, words_of
from doctor.log import Log, Track

_OWNERS = {"t": "train", "v": "validation"}
_SHOWN = {"train": "training's", "validation": "validation's", None: "nobody's"}
_JOINED = re.compile(r"^([tv])(loss|acc|accuracy)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def with_owners(log: Log) -> Log:
    """Return the log with the owners of columns that come in such pairs, and a note on it."""
    found = {id(track): own for track in log.tracks if (own := _initial(track)) is not None}
    owners = {track.name: found[id(track)] for track in log.tracks if id(track) in found}
    others = [own for track in log.tracks if id(track) not in found and (own := track.role or role(track.name))]
    losses = {own.split for own in (*owners.values(), *others) if own.quantity == "loss" and not own.part}
    if not any(own.split == "train" for own in owners.values()) or None in losses or len(losses) < 2:
        return log
    if any(own.split == "train" for own in others):
        return log
    tracks = tuple(replace(track, role=found[id(track)]) if id(track) in found else track for track in log.tracks)
    named = ", ".join(f"{name!r:.40} for {_SHOWN[own.split]}" for name, own in owners.items())
    return replace(log, tracks=tracks, notes=(*log.notes, f"By their initials were taken {named}."))


def _initial(track: Track) -> Role | None:
    """Return what a column holds whose name begins or ends with an initial, or None."""
    words = [part for word in words_of(_CAMEL.sub("_", track.name)) for part in _JOINED.sub(r"\1 \2", word).split()]
    for initial, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        own = role(" ".join(rest)) if rest and initial[0] in _OWNERS else None
        if own is not None and own.split is None and not own.part:
            return replace(own, split=_OWNERS[initial[0]])
    return None
