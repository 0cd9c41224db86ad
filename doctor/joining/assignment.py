"""Decides which column is which curve, and says of each other one why it was not used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from doctor.columns import CURVES, NOT_OF_THE_EPOCH, SPLITS, Role, error_role, no_loss, role, words_of
from doctor.errors import HistoryError
from doctor.log import Log, Track
from doctor.points import Points
from doctor.run import Unused, Used

_UNNAMED = 40
"""The rank of columns that only say whose they are."""


@dataclass
class Assignment:
    """The track of each curve, and what became of the others.

    Attributes:
        tracks: Curve in Keras's names -> its track; training loss first.
        splits: Curve -> train, validation or test.
        inverted: Curve -> whether the track holds error rates.
        used: What was read as what.
        unused: The rest, with reasons.
        notes: What a reader of the diagnosis should know of the choice.
    """

    tracks: dict[str, Track] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    inverted: dict[str, bool] = field(default_factory=dict)
    used: tuple[Used, ...] = ()
    unused: tuple[Unused, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    track: Track
    role: Role
    split: str
    how: str = ""

    @property
    def curve(self) -> str:
        return replace(self.role, split=self.split).curve

    @property
    def order(self) -> tuple[bool, bool, int, bool, bool]:
        """Sort by: written at all, validation before test, plainness of the name, an owner named, by epoch not step."""
        own = self.role
        return not _written(self.track), self.split == "test", own.rank, own.split is None, own.by_step


def assign(log: Log) -> Assignment:
    """Choose a track for each curve.

    Raises:
        HistoryError: No track holds the training loss; the message lists what was found.
    """
    candidates = _owned(log)
    chosen: dict[str, _Candidate] = {}
    for curve in ("loss", "val_loss", "accuracy", "val_accuracy"):
        held = sorted((c for c in candidates if c.curve == curve), key=lambda candidate: candidate.order)
        if len(held) > 1:
            longest = max(len(candidate.track.cells) for candidate in held)
            held = sorted(held, key=lambda candidate: longest > 2 and _is_sole(candidate.track))
        fitting = [c for c in held if _written(c.track) and _part_fits(c, chosen, candidates, log)]
        if curve == "loss" and fitting and _sums_up(fitting, log):
            raise HistoryError(f"{_shown(fitting[0].track)!r} holds one value, which sums up the training; {_NEVER}")
        if fitting:
            chosen[curve] = fitting[0]
    if "loss" not in chosen:
        raise HistoryError(_without_loss(log, candidates))
    chosen = {curve: chosen[curve] for curve in CURVES if curve in chosen}
    taken = {id(candidate.track) for candidate in chosen.values()}
    return Assignment(
        tracks={curve: candidate.track for curve, candidate in chosen.items()},
        splits={curve: candidate.split for curve, candidate in chosen.items()},
        inverted={curve: candidate.role.inverted for curve, candidate in chosen.items()},
        used=tuple(Used(_shown(c.track), curve, c.how) for curve, c in chosen.items()),
        unused=tuple(
            Unused(_shown(track), _reason(track, candidates, chosen))
            for track in log.tracks
            if id(track) not in taken and track.name.strip()  # Markdown's outer bars
        ),
        notes=tuple(_notes(log, chosen, candidates)),
    )


def _owned(log: Log) -> list[_Candidate]:
    """Give each column its owner: its name, its format, or (of an accuracy) what the other columns show."""
    found = [(track, own) for track in log.tracks if (own := track.role or role(track.name)) is not None]
    if not any(own.quantity == "loss" for _, own in found):
        errors = [(track, own) for track in log.tracks if (own := error_role(track.name)) is not None]
        found += errors if any(own.split for _, own in errors) else []
    found += [] if any(own.quantity == "loss" for _, own in found) else _unnamed(log)
    owners = {own.split for _, own in found if own.quantity == "loss"}
    accuracy_owned = any(own.split for _, own in found if own.quantity == "accuracy")
    both_losses_owned = "train" in owners and bool(owners & {"validation", "test"})
    candidates = []
    for track, own in found:
        split, how = own.split or "train", ""
        shown = log.unowned or ("validation" if both_losses_owned and not accuracy_owned else None)
        if own.split is None and own.quantity == "accuracy" and shown:
            split, how = shown, f"measured on the {shown} set"
        candidates.append(_Candidate(track, own, split, how))
    return candidates


def _unnamed(log: Log) -> list[tuple[Track, Role]]:
    """Return the columns that are called as the sets are (`train`, `val`) as losses, where training's falls.

    Raises:
        HistoryError: It does not fall, and may be an accuracy.
    """
    splits = {word: split for split, words in SPLITS.items() for word in words}
    bare = [(track, splits[name]) for track in log.tracks if (name := track.name.strip().lower()) in splits]
    training = next((track for track, split in bare if split == "train"), None)
    if len(bare) < 2 or training is None:
        return []
    points = training.points()
    values = points.values[np.isfinite(points.values)]
    few = max(1, len(values) // 4)
    if len(values) and (values == np.round(values)).all():
        raise HistoryError(
            f"The columns {', '.join(repr(track.name) for track, _ in bare)} do not say what they hold, and hold whole "
            "numbers: they may be sizes or times. Call losses 'train_loss' and 'val_loss'."
        )
    if not len(values) or not values[-few:].mean() < values[:few].mean():
        raise HistoryError(
            f"The columns {', '.join(repr(track.name) for track, _ in bare)} do not say what they hold, and do not "
            "fall: they may be losses or accuracies. Call them 'train_loss' and 'val_loss', or 'train_accuracy'."
        )
    return [(track, Role("loss", split, _UNNAMED)) for track, split in bare]


def _part_fits(candidate: _Candidate, chosen: dict[str, _Candidate], candidates: list[_Candidate], log: Log) -> bool:
    """Tell whether the column of one output or of one evaluation set may stand for the curve."""
    part = candidate.role.part
    if not part:
        return True
    if candidate.role.quantity == "accuracy":
        loss = chosen.get(candidate.curve.replace("accuracy", "loss"))
        return loss is not None and loss.role.part == part
    if candidate.curve == "loss":
        others = {c.role.part for c in candidates if c.curve == "loss" and _written(c.track)}
        return others == {part}
    return chosen["loss"].role.part == part if _is_output(part, log) and "loss" in chosen else True


def _is_output(part: str, log: Log) -> bool:
    """Tell whether training has a loss of that part too: then it is an output, and not a set of images."""
    own = {*words_of(part), "loss"}
    return any(
        set(words) - {"train", "training"} == own and not set(words) & {"val", "valid", "validation", "eval", "test"}
        for words in (words_of(track.name) for track in log.tracks)
    )


def _written(track: Track) -> bool:
    if not len(track.cells):
        return False
    first = None if isinstance(track.cells, Points) else track.cells[0]
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        return True
    return bool(track.points().written.any())


def _is_sole(track: Track) -> bool:
    """Tell whether a column holds one value, such as the mean that closes training."""
    return int(track.points().written.sum()) == 1


def _sums_up(losses: list[_Candidate], log: Log) -> bool:
    """Tell whether the one loss of training is the mean that Hugging Face writes at the end, with how long it took."""
    if not any(words_of(track.name)[-2:] == ("train", "runtime") for track in log.tracks):
        return False
    return all(int(candidate.track.points().written.sum()) == 1 for candidate in losses)


def _shown(track: Track) -> str:
    return f"{track.source}/{track.name}" if track.source else track.name


def _reason(track: Track, candidates: list[_Candidate], chosen: dict[str, _Candidate]) -> str:
    own = next((candidate for candidate in candidates if candidate.track is track), None)
    if own is None:
        words = words_of(track.name)
        if NOT_OF_THE_EPOCH & set(words) and any(role(word) for word in words):
            return "the best one so far, or an earlier one, and not the epoch's own"
        is_part = words[-1:] == ("loss",)
        return "one part of the loss" if is_part else "not a loss or an accuracy that is known"
    if not _written(track):
        return "nothing was written in it"
    if own.curve in chosen:
        return f"{_shown(chosen[own.curve].track)!r} was read as {own.curve}"
    return "it belongs to one of several outputs or evaluation sets"


def _is_part(track: Track) -> bool:
    """Tell whether it is one part of the loss: not the best one so far, nor validation's, nor one of a few examples."""
    words = words_of(track.name)
    others = NOT_OF_THE_EPOCH | {"batch", "minibatch", "step", "std", "var", "packet"}
    others |= {*SPLITS["validation"], *SPLITS["test"]}
    return (track.role or role(track.name)) is None and words[-1:] == ("loss",) and not others & set(words)


def _notes(log: Log, chosen: dict[str, _Candidate], candidates: list[_Candidate]) -> Iterator[str]:
    for curve, candidate in chosen.items():
        if candidate.split == "test":
            yield f"No {curve} is of a validation set; {_shown(candidate.track)!r}, of a test set, was taken."
        if candidate.role.rank == _UNNAMED:
            yield f"{_shown(candidate.track)!r} does not say what it holds; training's falls: taken for a loss."
        if candidate.role.part:
            several = any(c.curve == curve and c is not candidate for c in candidates)
            yield f"{curve} is that of {candidate.role.part!r}, {'one of several' if several else 'the only one'}."
    parts = [track.name for track in log.tracks if _is_part(track)]
    if parts and not chosen["loss"].role.part:
        listed = ", ".join(repr(name[:40]) for name in parts[:6])
        yield f"The loss may be a sum of several ({listed}); guessing then costs the sum of theirs."


def _without_loss(log: Log, candidates: list[_Candidate]) -> str:
    validation = next((c for c in candidates if c.curve == "val_loss"), None)
    empty = next((c for c in candidates if c.curve == "loss"), None)
    if empty is not None and not empty.role.part:
        if validation is None and len(empty.track.cells) == 0:
            return "The history has no epochs; expected at least one value of the training loss."
        return f"The column {empty.track.name!r} is there for the training loss, but {_NEVER}"
    parts = [c.track.name for c in candidates if c.curve == "loss"]
    if parts:
        listed = ", ".join(repr(name[:40]) for name in parts[:8])
        return (
            f"The training loss is given in parts only ({listed}). Log their sum as 'loss', or leave all but one out."
        )
    if validation is not None:
        return f"The validation loss is there ({validation.track.name!r}), but {_NEVER}"
    return no_loss(_shown(track) for track in log.tracks)


_NEVER = (
    "the training loss was never logged. Lightning logs it every log_every_n_steps=50 steps, which may be longer than "
    "training: self.log('train_loss', loss, on_epoch=True) writes it for each epoch. Hugging Face logs it every "
    "logging_steps=500 steps: set logging_strategy='epoch'."
)
