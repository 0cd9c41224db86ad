"""MATLAB's tables of training put into one header line and bars: trainNetwork's, and those of trainnet (since R2023b).

trainNetwork's header takes two lines, and calls training's values those of the mini-batch. trainnet's is a table as
MATLAB displays it: names, a line of underscores, and blanks where validation was not measured.
"""

from __future__ import annotations

import re
from itertools import pairwise

_UNDERSCORES = re.compile(r"\s*_+(?:\s+_+)+\s*")
_TAIL = re.compile(r"_+")


def in_bars(lines: list[str]) -> list[str]:
    """Return the lines with MATLAB's tables as tables with bars; other lines as they are."""
    if any(_UNDERSCORES.fullmatch(line) for line in lines):
        lines = _displayed(lines)
    if not any("Mini-batch" in line for line in lines):
        return lines
    found: list[str] = []
    for above, line in pairwise(["", *lines]):
        if "Mini-batch" in above and line.count("|") == above.count("|"):
            pairs = zip(above.split("|"), line.split("|"), strict=True)
            found[-1] = "|".join(f" {one.strip()} {two.strip()} " for one, two in pairs).replace(
                "Mini-batch", "Training"
            )
        else:
            found.append(line)
    return found


def _displayed(lines: list[str]) -> list[str]:
    found: list[str] = []
    edges: list[int] = []
    for line in lines:
        if _UNDERSCORES.fullmatch(line):
            spans = [match.span() for match in _TAIL.finditer(line)]
            edges = [0, *((end + start) // 2 for (_, end), (start, _) in pairwise(spans)), max(len(line), 200)]
            if found:
                found[-1] = _cut(found[-1], edges)
        else:
            edges = edges if any(map(str.isdigit, line)) else []
            found.append(_cut(line, edges) if edges else line)
    return found


def _cut(line: str, edges: list[int]) -> str:
    return "|" + "|".join(f" {line[start:stop].strip()} " for start, stop in pairwise(edges)) + "|"
