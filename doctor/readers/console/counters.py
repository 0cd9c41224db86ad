"""What a printed line counts: an epoch in one of its spellings, an iteration, a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_NUMBER = r"(\d{1,9})(?!\d|\.\d|[\d.]*\s?%)"
_BEHIND = r"(?:\s*\(\w+\))?[^\w%]{0,8}"


@dataclass(frozen=True)
class Counter:
    """A way to count.

    Attributes:
        unit: `epoch` or `step`.
        find: Returns the number that a line counts, as it is written, or None.
    """

    unit: str
    find: Callable[[str], str | None]


def _pattern(text: str) -> Callable[[str], str | None]:
    pattern = re.compile(text, re.IGNORECASE)

    def find(line: str) -> str | None:
        found = pattern.search(line)
        return next(group for group in found.groups() if group is not None) if found else None

    return find


_WORD = (
    rf"(?<![A-Za-z_])(?:epochs?|epoche|époque|época|epoca|ep)(?![a-z]){_BEHIND}{_NUMBER}"
    r"|\b(\d{1,9})(?:epoch results|(?:\.|st|nd|rd|th) epoch)"
)
_BAR = r"^[^|]*\|[^|]*\|\s*(\d+)/\d+ \[.*(?:s/epoch|epoch/s|s/ep\b)|^[^|]*\bepochs?\b[^|]*\|[^|]*\|\s*(\d+)/\d+ \["
COUNTERS: Sequence[Counter] = (
    Counter("epoch", _pattern(r"^\s*(\d+)/\d+ \* Epoch \(")),  # Catalyst
    Counter("epoch", _pattern(_WORD)),
    Counter("epoch", _pattern(rf"^\s*(?:train|training)\s*:\s*{_NUMBER}\s*\[")),
    Counter("epoch", _pattern(r"^\s*(?:train|training)\s*:\s*\[\s*(\d+)\s*/")),
    Counter("epoch", _pattern(_BAR)),
    Counter("step", _pattern(r"^\s*\[\s*(\d+)\s*(?:/\s*\d+|, *\d+)?\]\s")),
    Counter("step", _pattern(rf"^\s*\[\s*(\d+)\s*/\s*\d+\s*\]|^\s*(?:train|valid|val)\w*\s{_NUMBER}\s*:")),
    Counter("epoch", _pattern(rf"(?<!best)(?<!loss)_epoch{_BEHIND}{_NUMBER}")),
    Counter("step", _pattern(rf"\biter(?:ation)?s?\b(?!\((?:val|test)\)){_BEHIND}{_NUMBER}")),
    Counter("epoch", _pattern(rf"(?<!best )\brounds?\b{_BEHIND}{_NUMBER}")),  # federated learning
    Counter("step", _pattern(rf"\b(?:global_|global )?steps?\b{_BEHIND}{_NUMBER}")),
    Counter("step", _pattern(rf"^\s*{_NUMBER}\s*[:|]|^\s*{_NUMBER}\s+(?=[A-Za-z{{])")),
    Counter("step", _pattern(r"\|\s*(\d+)/\d+ \[")),
    Counter("step", _pattern(r"^\s*[(#]\s*(\d+)\s*(?:/\s*\d+)?\)?\s|^\s*(\d+)\.?\s*(?:/\s*\d+)?\s+(?=[A-Za-z])")),
)
"""The ways, the likeliest first; the first that counts lines with a loss is taken."""
