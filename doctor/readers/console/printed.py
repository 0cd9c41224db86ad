"""The lines of a terminal as a person saw them, and the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from doctor.columns import SPLITS, Role, role, words_of
from doctor.log import Log

Style = Callable[[list[str]], Log | None]
"""A way of printing: lines in, a log out, or None where they are not printed in this way."""

NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|nan|inf(?:inity)?)"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PAIR = re.compile(
    rf"([A-Za-z][\w .'/\-()@]{{0,60}}?)\s*[:=]\s*['\"]?({NUMBER})(?![\w.])['\"]?\s*(%|/\s*\d+)?", re.IGNORECASE
)
_SPACED = re.compile(rf"([A-Za-z][A-Za-z_./]*(?:[ _.][A-Za-z_./]+){{0,3}}) +({NUMBER})(?![\w./])\s*(%)?", re.IGNORECASE)
SPLIT_OF = {word: split for split, words in SPLITS.items() for word in words if word != "fit"}
_LONGEST = 4_000
_HINT = re.compile("loss|acc|err|logl|top|entropy|nll|bce|prec", re.IGNORECASE)
"""Cheap to look for; a line without it names no loss and no accuracy."""


def frames(text: str) -> list[str]:
    """Return the lines; each state of a progress bar, which a carriage return overwrites, is a line of its own."""
    return [line[:_LONGEST] for part in _ANSI.sub("", text).split("\n") for line in part.split("\r") if line.strip()]


def values(line: str) -> Iterator[tuple[str, str | float]]:
    """Yield the losses and accuracies of a line by their full names, `train loss` where it says `Train: loss 0.5`."""
    if not _HINT.search(line):
        return
    found = list(_PAIR.finditer(line))
    if not any(_named(match.group(1)) for match in found):
        found = list(_SPACED.finditer(line))
    for match in found:
        named = _named(match.group(1).replace("'s", ""))
        if named is None:
            continue
        name, own = named
        split = None if own.split else _before(line[: match.start(1) + len(match.group(1)) - len(name)])
        yield (f"{split} {name}" if split else name), _value(match.group(2), match.group(3) or "")


def _named(text: str) -> tuple[str, Role] | None:
    """Return the longest end of a text that names a loss or an accuracy."""
    words = words_of(text)
    for first in range(max(0, len(words) - 4), len(words)):
        name = " ".join(words[first:])
        own = role(name)
        if own is not None and not own.part:
            return name, own
    return None


def _before(text: str) -> str | None:
    """Return the last word before a name that says whose it is."""
    return next((word for word in reversed(words_of(text)) if word in SPLIT_OF), None)


def _value(number: str, rest: str) -> str | float:
    if rest.startswith("/"):
        whole = float(rest[1:])
        return float(number) / whole if whole else number
    return number if rest != "%" else float(number) / 100.0


def is_number(text: str) -> bool:
    """Tell whether a word is a number."""
    return re.fullmatch(NUMBER, text, re.IGNORECASE) is not None


def rows_of(epochs: Sequence[tuple[float, dict[str, str | float]]]) -> list[dict[str, str | float]]:
    """Return rows with their epoch, leaving out those without a value."""
    return [{"epoch": epoch, **row} for epoch, row in epochs if row]
