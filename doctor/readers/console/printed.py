"""The lines of a terminal as a person saw them, and the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.log import Log
from doctor.readers.console.phrases import SPLIT_OF, Phrase, owner_in, phrase_of

Style = Callable[[list[str]], Log | None]
"""A way of printing: lines in, a log out, or None where they are not printed in this way."""

NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|nan|inf(?:inity)?)"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REST = rf"(?!\w)(?![.:]\d)['\"]?\s*(\(\s*{NUMBER}\s*%?\s*\))?\s*(%|/\s*\d+(?![\d.]))?"
"""Behind a number: the mean so far in parentheses, as torchvision's and ImageNet's loops print it; percent; a whole."""
_PAIR = re.compile(rf"([A-Za-z][\w .'/\-()@]{{0,60}}?)['\"]?\s*[:=]\s*['\"]?({NUMBER}){_REST}", re.IGNORECASE)
_NOT = r"(?:nan|inf(?:inity)?)"
_LETTERS = r"(?:[A-Za-z_./]|(?<=[A-Za-z])\d(?=_[A-Za-z]))"
"""Of a name before a blank: digits only in the middle, as in `l1_loss`."""
_SPACED = re.compile(
    rf"(?<![A-Za-z])(?<!\d_)((?!{_NOT}\b)[A-Za-z]{_LETTERS}*(?:@\d)?(?:[ _.](?!{_NOT}\b){_LETTERS}+(?:@\d)?){{0,3}}) +"
    rf"({NUMBER})(?!/)(?!\w){_REST}",
    re.IGNORECASE,
)
_IS_NUMBER = re.compile(NUMBER, re.IGNORECASE).fullmatch
_TWO = re.compile(rf"{NUMBER}\s*%?\s*/\s*[-+]?\d*\.\d", re.IGNORECASE)
_LONGEST = 4_000
_MOST_BLANKS = 80
_BLANKS = re.compile(" {80,}")
_GLUED = re.compile(r"(\.\d+(?:e[-+]\d\d)?)[ \t]+(?=Epoch \d+/\d+\s)")
"""Where a forum glued the lines of an epoch to those of the one before: behind a value, and not behind `node01`."""
_HINT = re.compile("loss|acc|err|logl|top|entropy|nll|bce|prec|cost|ms[el]|mae|unnamed|unsaid", re.IGNORECASE)
"""Cheap to look for; a line without it names no loss and no accuracy."""


class Value(NamedTuple):
    """A number of a line.

    Attributes:
        phrase: Whose and what it is.
        number: As it is written.
        running: It is the mean of what was measured so far.
        whole: What it is a share of: the `10000` of `9850/10000`, 100 for percent; empty where it stands by itself.
    """

    phrase: Phrase
    number: str
    running: bool = False
    whole: str = ""

    @property
    def value(self) -> str | float:
        """Return the number, or the share that it is."""
        whole = float(self.whole) if self.whole else 0.0
        return float(self.number) / whole if whole else self.number


def frames(text: str) -> list[str]:
    """Return the lines; each state of a progress bar, which a carriage return overwrites, is a line of its own."""
    text = _BLANKS.sub(" " * _MOST_BLANKS, text)
    if "\b" in text:
        text = re.sub("\b+", "\r", text)
    text = _GLUED.sub(r"\1\n", text)
    return [line[:_LONGEST] for part in _ANSI.sub("", text).split("\n") for line in part.split("\r") if line.strip()]


def values(line: str, owner: str = "") -> Iterator[Value]:
    """Yield the losses and accuracies of a line; `train loss` where it says `Train: loss 0.5`.

    Args:
        line: The line.
        owner: Whose the values are that do not say so, where a heading above told.
    """
    if not _HINT.search(line):
        return
    end = 0
    matches = _matches(line)
    names = {phrase_of(match.group(1)).name for match in matches}
    parted = [name.partition(" ") for name in names]
    twins = {name for first, _, name in parted if SPLIT_OF.get(first, "train") != "train"}
    for match in matches:
        owner = owner_in(line[end : match.start()]) or owner
        end = match.end()
        phrase = phrase_of(match.group(1))
        owner = phrase.owner or _named_in_parentheses(match.group(1)) or owner
        if phrase.split is None and phrase.quantity and phrase.name in twins:
            owner = ""  # what has a twin that names validation is training's, wherever it stands
        if phrase.quantity:
            _refuse_two(phrase.name, line[match.start(2) :])
            split = owner if phrase.split is None else phrase.split
            yield _value(phrase.owned(split), match)


def _refuse_two(name: str, behind: str) -> None:
    """Refuse `loss: 0.5/0.6`, which says of neither number whose it is."""
    found = _TWO.match(behind)
    if found is not None:
        raise HistoryError(
            f"Two numbers stand under {name!r:.40}, with a slash between them, and nothing says whose each is. Print "
            f"'train {name:.40}' and 'val {name:.40}' before them."
        )


def _named_in_parentheses(name: str) -> str:
    """Return whose a bar is that begins with `Epoch (valid): 100%` (Catalyst)."""
    return owner_in(name) if name.endswith(")") else ""


def other_names(line: str) -> Iterator[str]:
    """Yield the names before a colon that are neither losses nor accuracies, for the list of what was not used."""
    for match in _PAIR.finditer(line):
        phrase = phrase_of(match.group(1))
        if not phrase.quantity and phrase.name:
            yield phrase.name


def _matches(line: str) -> list[re.Match[str]]:
    """Return the pairs with a colon or an equals sign, and between them those with blanks only, in order."""
    pairs = list(_PAIR.finditer(line))
    named = [pair for pair in pairs if phrase_of(pair.group(1)).quantity]
    masked = line
    for pair in named or pairs:
        if phrase_of(pair.group(1)).quantity:
            masked = masked[: pair.start()] + "|" * (pair.end() - pair.start()) + masked[pair.end() :]
    spaced = [found for found in _SPACED.finditer(masked) if phrase_of(found.group(1)).quantity]
    taken = [(found.start(), found.end()) for found in spaced]
    free = [pair for pair in pairs if not any(start < pair.end() and pair.start() < end for start, end in taken)]
    return sorted([*free, *spaced], key=lambda found: found.start())


def _value(phrase: Phrase, match: re.Match[str]) -> Value:
    number, mean, rest = match.group(2), match.group(3), match.group(4) or ""
    counted = re.match(r"\s*/\s*\d+", match.string[match.end(2) :])
    if mean and not counted and not mean.rstrip(") ").endswith("%") and not _is_change(number, mean.strip("() ")):
        return Value(phrase, mean.strip("() "), running=True)
    return Value(phrase, number, whole=rest[1:] if rest.startswith("/") else "100" if rest == "%" else "")


def _is_change(number: str, behind: str) -> bool:
    """Tell whether the number in parentheses says by how much the one before it changed: `loss 0.52 (-0.03)`."""
    return behind[0] == "+" or (behind[0] == "-" and number[0] != "-")


def is_number(text: str) -> bool:
    """Tell whether a word is a number."""
    return _IS_NUMBER(text) is not None


def rows_of(epochs: Sequence[tuple[float, dict[str, str | float]]]) -> list[dict[str, str | float]]:
    """Return rows with their epoch, leaving out those without a value."""
    return [{"epoch": epoch, **row} for epoch, row in epochs if row]


__all__ = ["NUMBER", "SPLIT_OF", "Style", "Value", "frames", "is_number", "other_names", "role", "rows_of", "values"]
