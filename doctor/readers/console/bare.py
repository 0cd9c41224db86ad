"""Values under the name of their set alone: `[3/50] train 0.41 / val 0.39`, `loss: 0.41, val: 0.39`.

A set's name behind a loss or an accuracy stands for that of its own. Where two sets stand by themselves, what they
hold is not said: it is called `unnamed`, and is taken for a loss only if it falls. Beside a loss that has a name
(`Loss: 0.5, Train: 0.81, Val: 0.79`, PyTorch Geometric) it is called `unsaid`, and is taken for an accuracy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from doctor import columns
from doctor.errors import HistoryError
from doctor.readers.console.phrases import SPLIT_OF
from doctor.readers.console.printed import NUMBER, Value, values

UNNAMED, UNSAID = "unnamed", "unsaid"
_FELL = "Nothing says what is printed for each set; it falls, and was taken for the loss."
_MAYBE = (
    "What is printed as 'train' and as 'val' has no name, and does not fall: it may be a loss or an accuracy. "
    "Write 'train loss' or 'train accuracy' before the numbers."
)
_SCORED = "Nothing says what is printed for each set beside the loss; it was taken for the accuracy."
_NO_SCORE = (
    "What is printed for each set beside the loss has no name, and falls, or does not lie between 0 and 1: it may be "
    "an error or another loss. Write 'train accuracy' or 'train loss' before the numbers."
)
_SPLIT = "|".join(sorted(columns.SPLIT_OF, key=len, reverse=True))
_BARE = re.compile(
    rf"(?<![A-Za-z.] )(?<![\w./(@])({_SPLIT})(?:ing)?\s*[:=]?\s*(?=[-+]?(?:\d+\.\d|nan\b|inf\b))"
    rf"(?={NUMBER}\s*(%)?)(?!{NUMBER}\s*(?:s\b|sec|min|h\b|ms))",
    re.IGNORECASE,
)
_FALLS = 0.8
"""The last quarter's mean over the first one's, below which values are an error that falls and no accuracy."""


def named(line: str) -> str:
    """Return the line with a name behind each set that stands right before its number."""
    found = list(_BARE.finditer(line))
    if not found:
        return line
    hidden = _hidden(line, {match[1].lower() for match in found})
    parts, end = [], 0
    for match in found:
        before = [value.phrase for value in values(line[: match.start()])]
        name = hidden or (before[-1].name.split()[-1] if before else "")
        if name and (not match[2] or name == UNSAID):
            parts.append(f"{line[end : match.end(1)]} {name}")
            end = match.end(1)
    return "".join([*parts, line[end:]])


def _hidden(line: str, owners: set[str]) -> str:
    """Return what values of several sets are called where nothing says what they are; empty where something does."""
    sets = {SPLIT_OF.get(owner, "train") for owner in owners}
    losses = [value.phrase.split for value in values(line) if _is_loss(value)]
    if "train" in sets and len(sets) > 1:
        return UNSAID if {None, "train"} & set(losses) else UNNAMED
    return UNSAID if len(sets) > 1 and losses == [None] else ""


def _is_loss(value: Value) -> bool:
    return value.phrase.role is not None and value.phrase.role.quantity == "loss"


def notes_on(rows: Iterable[Mapping[str, Value]]) -> list[str]:
    """Say what was taken for the loss or the accuracy where values have no name but that of their set.

    Raises:
        HistoryError: They do not fall as a loss does, or are nothing that an accuracy can be.
    """
    held = [(name, float(value.value)) for row in rows for name, value in row.items()]
    falling = [value for name, value in held if name.endswith(UNNAMED)]
    scores = [value for name, value in held if name.endswith(UNSAID)]
    if falling and (not _ratio(falling) < 1 or all(map(float.is_integer, filter(math.isfinite, falling)))):
        raise HistoryError(_MAYBE)
    if scores and not (all(0 <= score <= 100 for score in scores if math.isfinite(score)) and _ratio(scores) > _FALLS):
        raise HistoryError(_NO_SCORE)
    return [note for note, found in ((_FELL, falling), (_SCORED, scores)) if found]


def _ratio(values: list[float]) -> float:
    """Return the sum of the last quarter of the values over that of the first."""
    finite = [value for value in values if math.isfinite(value)]
    few = max(1, len(finite) // 4)
    first, last = sum(finite[:few]), sum(finite[-few:])
    return last / first if first > 0 else (math.inf if last >= first else -math.inf)
