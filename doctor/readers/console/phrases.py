"""The words before a printed number: what it is, whose it is, and of which part of the loss it speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from doctor.columns import NOT_OF_THE_EPOCH, SPLITS, Role, apart, role, words_of
from doctor.readers.shapes import REGRESSION

SPLIT_OF = {word: split for split, words in SPLITS.items() for word in words if word != "fit"}
_STEPS = frozenset({"batch", "minibatch", "step", "iter", "iteration"})
"""Words that say that a value is of a few examples only."""
_MEANS = frozenset(
    {"mean", "avg", "average", "averaged", "running", "total", "epoch", "current", "cur", "overall", "final", "set"}
    | {"images", "image", "samples", "examples", "batches", "loader", "done"}
    | {"data", "dataset", "model", "network", "the", "of", "phase", "per", "s", "classification", "net", "main", "this"}
)
"""Words that say how a value was taken, and not what it is."""
_BREAKS = frozenset(
    {"with", "and", "has", "is", "at", "in", "on", "finished", "took", "after", "end", "results"}
    | {"had", "was", "reached", "got", "gave", "gives", "fix", "shows", "showed"}
)
AXES = frozenset({"epoch", "ep", "step", "batch", "iter", "iteration", "it"})
_APART = re.compile(
    r"[()\[\]]|\s-+\s|(?<!\bval)(?<!\btr)(?<!\bvalid)(?<!\btrain)(?<!\bacc)(?<!\bavg)[.,;]\s", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=(?:Loss|Acc|Accuracy)\b)")
_TIMED = re.compile(r"\b[A-Za-z]+ \d+(?:\.\d+)?\s?(?:s|sec|seconds|ms|m|min|h)\b")
"""`train 2.1s`: how long it took, which owns nothing."""
_TIMES = frozenset({"reader", "batch", "time", "data", "iter", "forward", "backward"})
"""Whose `cost` is how long it took, as Paddle prints it."""
_LONGEST_NAME = 4
_NUMBERED = re.compile(r"[a-z]+\d+").fullmatch
WEAKEST = 30
"""The rank of names such as `mse`, which are the loss only where nothing is called so."""
_UNNAMED = {"unnamed": ("loss", WEAKEST + 10), "unsaid": ("accuracy", 10)}
"""What stands for the name of a value that has none but its set's (`doctor.readers.console.bare`)."""


@dataclass(frozen=True)
class Phrase:
    """What stands before a number.

    Attributes:
        name: The words by which the column is called.
        role: What it holds; None where it is neither a loss nor an accuracy.
        owner: Whose what follows in the line is: of a value, its own; of a counter (`Val step: 5`), what it names.
    """

    name: str
    role: Role | None = None
    owner: str = ""

    @property
    def quantity(self) -> bool:
        """Tell whether it is a loss or an accuracy."""
        return self.role is not None

    @property
    def split(self) -> str | None:
        """Return whose it is by its own words."""
        return self.role.split if self.role is not None else None

    def owned(self, word: str | None) -> Phrase:
        """Return the phrase with an owner that stood further off."""
        if self.role is None or self.role.split is not None or not word:
            return self
        return Phrase(f"{word} {self.name}", replace(self.role, split=SPLIT_OF.get(word, word)), word)


@lru_cache(maxsize=4096)
def phrase_of(text: str) -> Phrase:
    """Read the words before a number."""
    text = apart(_CAMEL.sub(" ", text.replace("'s", "")))
    words = list(words_of(_APART.split(text)[-1]))
    if len(words) == 2 and words[1] in _UNNAMED and words[0] in SPLIT_OF:
        quantity, rank = _UNNAMED[words[1]]
        return Phrase(" ".join(words), Role(quantity, SPLIT_OF[words[0]], rank), words[0])
    for first in range(max(0, len(words) - _LONGEST_NAME), len(words)):
        own = role(" ".join(words[first:]))
        if own is not None and not own.part:
            return _qualified(words[:first], words[first:], own)
    if words and words[-1] in _ERRORS:
        split = next((word for word in words[:-1] if word in SPLIT_OF), None)
        return Phrase(" ".join(words), Role("loss", split and SPLIT_OF[split], WEAKEST), split or "")
    counts = bool(words) and (words[-1] in AXES or words[-1].isdigit())
    owner = owner_in(text) if counts else ""
    return Phrase("" if counts else " ".join(words[-3:]), None, owner)


_ERRORS = REGRESSION & {"mse", "rmse", "mae", "l1", "l2", "mape", "msle", "rmsle"}


def _is_part(word: str) -> bool:
    """Tell whether a word with a number names a part of the loss, as in `l1_loss`, and no epoch, as in `ep3 loss`."""
    return _NUMBERED(word) is not None and word.rstrip("0123456789") not in AXES | _STEPS


def owner_in(text: str) -> str:
    """Return the last word between two values that says whose the second one is."""
    return next((word for word in reversed(words_of(_TIMED.sub("", text))) if word in SPLIT_OF), "")


def _qualified(before: list[str], name: list[str], own: Role) -> Phrase:
    """Take in what stands before the name: an owner, words of averaging, or the part of the loss that it is."""
    if name == ["cost"] and _TIMES & set(before):
        return Phrase(" ".join([*before, *name]))
    split = next((word for word in name if word in SPLIT_OF), None)
    shown, part, by_step = list(name), "", own.by_step
    for place, word in reversed(list(enumerate(before))):
        if word in NOT_OF_THE_EPOCH:
            return Phrase(" ".join([word, *shown]))
        if word in SPLIT_OF:
            split = split or word
        elif word in _STEPS:
            by_step = True
        elif word not in _MEANS:
            if word.isdigit() and place and before[place - 1] in SPLIT_OF:
                continue  # `validation 0 loss`
            if part or word in _BREAKS or (any(map(str.isdigit, word)) and not _is_part(word)):
                break
            part = word
        if word not in ("the", "of", "epoch", "s"):
            shown.insert(0, word)
    owner = SPLIT_OF[split] if split else own.split
    rank = own.rank + (10 if part else 0)
    called = " ".join(shown).replace("acc 1", "acc1")
    return Phrase(called, replace(own, split=owner, part=part, rank=rank, by_step=by_step), split or "")
