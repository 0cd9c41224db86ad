"""Wordings in which the name does not stand right before its number, put into the order in which it does.

`Cost after iteration 100: 0.69`, `lm loss value: 0.5`, `Loss (train): 0.5`, `Validation score: 0.95` (scikit-learn),
`Saving dict for global step 100: accuracy = 0.9` (TensorFlow's estimators), `100: 0.70, 0.68 avg loss` (Darknet).
"""

from __future__ import annotations

import re

from doctor.columns import SPLITS
from doctor.readers.console.printed import NUMBER

_SPLIT = "|".join(sorted((word for words in SPLITS.values() for word in words), key=len, reverse=True))
_WORDINGS = (
    (("Saving",), re.compile(r"Saving dict for global step (\d+):"), r"step \1 eval:"),
    (("Validation score",), re.compile(r"^\s*Validation score\s*:\s*"), "validation accuracy: "),
    (
        ("avg loss",),
        re.compile(rf"^\s*(\d+): {NUMBER}, ({NUMBER}) avg loss,", re.IGNORECASE),
        r"step \1: avg loss: \2,",
    ),
    ((" value",), re.compile(r"\b(loss|cost|accuracy) value\s*(?=[:=])", re.IGNORECASE), r"\1"),
    (
        ("(",),
        re.compile(rf"\b([A-Za-z]*(?:loss|cost|acc|accuracy|error)) ?\(({_SPLIT})\)\s*(?=[:=])", re.IGNORECASE),
        r"\2 \1",
    ),
    (
        (" is ", " was ", "→", "->", "=>"),
        re.compile(rf"(?<=\w)\s*(?: is| was|→|->|=>)\s*(?={NUMBER})", re.IGNORECASE),
        ": ",
    ),
    (
        (" after ", " at ", " for ", " in ", " of ", " on ", " over "),
        re.compile(
            r"\b(loss|cost|acc|accuracy|error) (?:after|at|for|in|of|on|over) "
            r"((?:the )?[A-Za-z][\w ]{0,40}?)\s*(?=[:=])",
            re.IGNORECASE,
        ),
        r"\2 \1",
    ),
)
"""What a line must hold to be looked at, how it is worded, and the order in which it is read."""
_HINT = re.compile("loss|cost|acc|error|score", re.IGNORECASE)


def reworded(line: str) -> str:
    """Return the line with each name right before its number."""
    if _HINT.search(line):
        for needles, wording, order in _WORDINGS:
            if any(needle in line for needle in needles):
                line = wording.sub(order, line)
    return line
