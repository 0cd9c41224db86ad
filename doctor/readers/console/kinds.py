"""What lines that differ in their numbers only have in common, found out once for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from doctor.columns import words_of
from doctor.errors import HistoryError
from doctor.joining.members import MEMBER
from doctor.readers.console import bare
from doctor.readers.console.alike import filled, parted, standing
from doctor.readers.console.choice import Row, words_in
from doctor.readers.console.counters import Counter
from doctor.readers.console.groups import member_in
from doctor.readers.console.phrases import SPLIT_OF
from doctor.readers.console.printed import Value, values
from doctor.readers.console.reworded import reworded
from doctor.readers.console.shared import spelled_out

_MOST_WORDS = 4
_MOST_TEXT = 2**20
"""Characters of all kinds of lines together that hold values; more are no log, and would take long."""
_MOST_KINDS = 100_000
"""Kinds of lines, with values or without; each takes some two kilobytes of memory."""
_ABOUT = re.compile(
    r"improved|did not improve|early ?stop|restor|\bsav(?:ing|ed)\b|\bbest\b|patience|checkpoint|decreased",
    re.IGNORECASE,
)
"""From here on a line speaks of the best epoch, or of weights that were saved."""
_BAR = re.compile(r"\d+%\s*[|━█]|it/s|s/it|\[=*>?\.*\]|=={2,}>|━{3}")
_LENGTH = re.compile(r"(?<![\d.])\d+/(\d+)(?![\d.])")
_VALIDATING = {"evaluating": "eval", "validating": "val", "testing": "test"}


class Kind:
    """Lines that are alike: a text in which a digit stands for each number of theirs, and what is found in it.

    Attributes:
        first: The first such line as it was printed.
        text: What is read of it, in the order in which it is read.
    """

    def __init__(self, common: str, first: str) -> None:
        """Take what the lines have in common, and the first of them."""
        self.first = _before(reworded(first))
        text = reworded(standing(common))
        self.text = bare.named(spelled_out(_before(MEMBER.sub(" ", text))))
        self._whole = text
        self._counts: dict[Counter, str | None] = {}
        self._values: dict[str, tuple[Value, ...]] = {}

    def count(self, counter: Counter) -> str | None:
        """Return the number that a line counts."""
        if counter not in self._counts:
            self._counts[counter] = counter.find(self.text)
        return self._counts[counter]

    def lead(self, counter: Counter) -> str | None:
        """Return what stands before the number that a line counts, without other numbers."""
        number = self.count(counter)
        return None if number is None else words_in(self.text[: self.text.find(number)])

    def values(self, owner: str) -> tuple[Value, ...]:
        """Return the losses and accuracies, each name once, as `printed.values` does."""
        if owner not in self._values:
            named = {value.phrase.name: value for value in values(self.text, owner)}
            self._values[owner] = tuple(
                value._replace(running=value.running or self.is_bar) for value in named.values()
            )
        return self._values[owner]

    @cached_property
    def member(self) -> str:
        """Return whose the line is of a group, as it is written.

        Raises:
            HistoryError: It holds the values of several.
        """
        return member_in(self._whole, self.first if self.values("") else "")

    @cached_property
    def is_bar(self) -> bool:
        """Tell whether it is a state of a progress bar."""
        return _BAR.search(self.text) is not None

    @cached_property
    def words(self) -> str:
        """Return the words without the numbers."""
        return words_in(self.text)

    @cached_property
    def steps(self) -> str | None:
        """Return the length of the progress bar as it is written, None of other lines."""
        lengths: list[str] = _LENGTH.findall(self.text) if self.is_bar else []
        return lengths[-1] if lengths else None

    @cached_property
    def sums_up(self) -> bool:
        """Tell whether it sums up the lines above: ` * Acc@1 71.2` below `Test: [78/79] ...`."""
        return self.text.lstrip().startswith("* ")

    @cached_property
    def leading(self) -> str:
        """Return whose the values are of a line that begins with that, as in `Test: [78/79] Loss 0.5`."""
        first = words_of(self.text[:20])[:1]
        return first[0] if first and first[0] in SPLIT_OF else ""

    @cached_property
    def heading(self) -> str:
        """Return whose the values below `Test Error:` or `--- Validation ---` are; nothing of other lines."""
        words = words_of(self.text)
        numbered = any(map(str.isdigit, self.text)) and not self.text.rstrip().endswith(":")
        if numbered or not 0 < len(words) <= _MOST_WORDS:
            return ""
        return next((_VALIDATING.get(word, word) for word in words if word in SPLIT_OF or word in _VALIDATING), "")


class Line:
    """One line: its kind, and the digits that are its own."""

    def __init__(self, kind: Kind, runs: list[str]) -> None:
        """Take the kind, and the runs of digits."""
        self.kind, self._runs = kind, runs

    def count(self, counter: Counter) -> float | None:
        """Return the number that the line counts."""
        found = self.kind.count(counter)
        return None if found is None else float(filled(found, self._runs))

    def member(self) -> str:
        """Return whose the line is of a group (`client 3`), empty where it is nobody's."""
        return filled(self.kind.member, self._runs) if self.kind.member else ""

    def steps(self) -> int | None:
        """Return the length of the progress bar, None of other lines."""
        found = self.kind.steps
        return None if found is None else int(filled(found, self._runs))

    def goes_before(self, other: Line) -> bool:
        """Tell whether the other line is a state of the same progress bar."""
        return self.kind.is_bar and self.kind.words == other.kind.words and self.steps() == other.steps()

    def row(self, owner: str) -> Row | None:
        """Return the values, without an epoch, or None where there are none."""
        found = self.kind.values(owner)
        if not found:
            return None
        runs = self._runs
        held = {
            phrase.name: Value(phrase, filled(number, runs), running, filled(whole, runs) if whole else "")
            for phrase, number, running, whole in found
        }
        return Row(0.0, self.kind.words, held, self.steps())


def kinds_of(lines: Sequence[str]) -> list[Line]:
    """Return the lines with their kinds.

    Raises:
        HistoryError: There are too many kinds.
    """
    kinds: dict[str, Kind] = {}
    found, text = [], 0
    for line in lines:
        common, runs = parted(line)
        kind = kinds.get(common)
        if kind is None:
            kind = kinds[common] = Kind(common, line)
            text += len(common) if kind.values("") else 0
            if text > _MOST_TEXT or len(kinds) > _MOST_KINDS:
                raise HistoryError(
                    "The text has lines of too many wordings to be a log; keep the lines that end an epoch."
                )
        found.append(Line(kind, runs))
    return found


def _before(line: str) -> str:
    found = _ABOUT.search(line)
    return line[: found.start()] if found else line
