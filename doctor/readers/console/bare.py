"""Values under the name of their set alone: `[3/50] train 0.41 / val 0.39`, `loss: 0.41, val: 0.39`.

A set's name behind a loss or an accuracy stands for that of its own. Where two sets stand by themselves, what they
hold is not said: it is called `unnamed`, and is taken for a loss only if it falls.
"""

from __future__ import annotations

import re

from doctor.columns import SPLITS
from doctor.readers.console.printed import NUMBER, values

UNNAMED = "unnamed"
NOTE = "Nothing says what is printed for each set; it falls, and was taken for the loss."
MAYBE = (
    "What is printed as 'train' and as 'val' has no name, and does not fall: it may be a loss or an accuracy. "
    "Write 'train loss' or 'train accuracy' before the numbers."
)
_SPLIT = "|".join(sorted((word for words in SPLITS.values() for word in words), key=len, reverse=True))
_BARE = re.compile(
    rf"(?<![A-Za-z.] )(?<![\w./(@])({_SPLIT})(?:ing)?\s*[:=]?\s*(?=[-+]?(?:\d+\.\d|nan\b|inf\b))"
    rf"(?!{NUMBER}\s*(?:%|s\b|sec|min|h\b|ms))",
    re.IGNORECASE,
)
_TRAINING = frozenset(SPLITS["train"])


def named(line: str) -> str:
    """Return the line with a name behind each set that stands right before its number."""
    found = list(_BARE.finditer(line))
    if not found:
        return line
    owners = {match[1].lower() for match in found}
    both = bool(owners & _TRAINING) and bool(owners - _TRAINING)
    parts, end = [], 0
    for match in found:
        before = [value.phrase for value in values(line[: match.start()])]
        name = UNNAMED if both else before[-1].name.split()[-1] if before else ""
        if name:
            parts.append(f"{line[end : match.end(1)]} {name}")
            end = match.end(1)
    return "".join([*parts, line[end:]])
