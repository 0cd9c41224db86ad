"""What stands before a printed line: times, levels, and the rank of the process, of which one's lines are enough."""

from __future__ import annotations

import re

_LONGEST = 4_000
_TIME = re.compile(
    r"^\s*\[?(?:\d{4}[-/]\d\d[-/]\d\d[ T])?\d\d?:\d\d:\d\d(?:[.,]\d+)?"
    r"(?:Z|[+-]\d\d:?\d\d)?(?:\s[A-Z]{4,8}(?=\]))?\]?(?:[\s|:,-]+|$)|"
    r"^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w.]+:\d+\]\s?"
)
_LOGGER = re.compile(r"^(?=.{0,60}?\d\d:\d\d).{0,120}?\b(?:INFO|DEBUG|NOTICE)\b[\]\s:|-]+(?=\S)")
"""Everything before a level where a time stands there: `[2026-01-02 10:00:00 swin](main.py 190): INFO `."""
_LEVEL = re.compile(r"^\[?(?:INFO|DEBUG|NOTICE|TRAIN)\]?\b[\s:|-]+(?=\S)")
_RANK = re.compile(
    r"^\s*(?:\[(?:rank|default|gpu|local_rank|worker|process)[ :=_]?(\d+)\]:?|\[\d+,(\d+)\]<std(?:out|err)>:|"
    r"rank[ :=_]?(\d+)\s*[:|\]-])\s?",
    re.IGNORECASE,
)
"""torchrun's `[rank0]:` and `[default0]:`, mpirun's `[1,0]<stdout>:`, and `Rank 0:`."""


_INDENT = " " * 20


def unwrapped(lines: list[str]) -> list[str]:
    """Return the lines with what rich wrapped under its own column behind the bar that it belongs to (Lightning)."""
    whole: list[str] = []
    bar = False
    for line in lines:
        if bar and line.startswith(_INDENT) and "\u2501" not in line:
            whole[-1] = f"{whole[-1].rstrip()} {line.strip()}"[:_LONGEST]
            continue
        bar = "\u2501" in line and "it/s" in line
        whole.append(line)
    return whole


def undressed(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the lines without times and levels, of several ranks those of the lowest one, and a note on that."""
    bare: list[str] = []
    ranks: list[int | None] = []
    for line in lines:
        rank, rest = _ranked(_without(_TIME, line))
        if rank is None:
            rest = _without(_LOGGER, line) if ":" in line[:60] and _LOGGER.match(line) else rest
        bare.append(_without(_LEVEL, rest if rank is None else _without(_TIME, rest)))
        ranks.append(rank)
    known = sorted({rank for rank in ranks if rank is not None})
    if len(known) < 2:
        return bare, ()
    kept = [line for line, rank in zip(bare, ranks, strict=True) if rank in (None, known[0])]
    others = ", ".join(map(str, known[1:5])) + (" ..." if len(known) > 5 else "")
    return kept, (f"The lines of rank {known[0]} were read; those of rank {others} say the same of their share.",)


def _without(beginning: re.Pattern[str], line: str) -> str:
    found = beginning.match(line)
    return line[found.end() :] if found else line


def _ranked(line: str) -> tuple[int | None, str]:
    found = _RANK.match(line)
    if found is None:
        return None, line
    return int(next(group for group in found.groups() if group is not None)), line[found.end() :]
