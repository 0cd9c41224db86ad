"""What stands before a printed line: times, levels, loggers, places in the source, and the rank of the process.

Loggers, containers and clusters put several of these one before another, in any order, so they are taken off piece by
piece. What stands inside a prefix only, such as a logger's name, is taken off behind a time or a level only.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from doctor.columns import role, words_of
from doctor.readers.console.phrases import AXES, SPLIT_OF

_LONGEST = 4_000
_MOST_PIECES = 9
_CLOCK = r"\d\d?:\d\d:\d\d(?:[.,]\d+)?(?: ?[AP]M\b)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = rf"(?:\d{{4}}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{{4}}|(?:[A-Z][a-z]{{2}},? )?{_MONTH} +\d\d?(?: \d{{4}})?)"
_LEVELS = r"(?:INFO|DEBUG|NOTICE|SUCCESS|WARNING|WARN|TRAIN)"
_LEVELLED = tuple(f"{level}:" for level in _LEVELS[3:-1].split("|"))
_OUTER = re.compile(
    "|".join(
        (
            rf"\s*[\[(]?(?:{_DATE}[ T])?{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?(?: \d{{4}}(?=\]))?(?:\s[A-Z]{{4,8}}(?=\]))?[\])]?"
            r"(?:[\s|:,-]+|$)",
            r"\s*[IWEFC]\d{4,8} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+:\d+\]\s?",  # absl, glog
            r"[\d.]+s\s+\d+\s(?=\s*\S)|\d{10}(?:\.\d+)?\s",  # Kaggle's seconds and line; Unix time
            r"\[\s*\d+(?:\.\d+)?s\]\s",
            rf"{_LEVELS}:(?=[\w.]+:)",  # Python's logging as it is configured by default; the name is below
            rf"\s*\[?{_LEVELS}\s*\]?(?![\w\]])[\s:|-]*(?<=[\s:|\]-])(?=\S)",
            r"\s*\[(?:info|debug|notice)\s*\]\s*|(?:info|debug|notice):\s",
            r"\[[A-Z]+\|[\w./]+:\d+\]\s",  # Transformers
            r"\([\w:.<>-]+ pid=\d+(?:, ip=[\w.:]+)?\)\s",  # Ray
            r"(?:>+\s)+",  # quoted in a mail or a forum
            r"\s*\[(?i:rank|default|gpu|local_rank|worker|process)[ :=_]{0,2}(?P<a>\d+)\]:?\s?",  # torchrun, Lightning
            r"\s*\[\d+,(?P<b>\d+)\]<std(?:out|err)>:\s?",  # mpirun
            r"\s*(?i:rank|gpu|cuda|local_rank|process)[ :=_]{0,2}(?P<c>\d+)\s*[:|\],-]\s?",
        )
    ),
)
_INNER = re.compile(
    "|".join(
        (
            r".{0,100}?\b(?:INFO|DEBUG|NOTICE|WARNING)\b[\]\s:|-]+(?=\S)",
            r"std(?:out|err) [FP] |\d\d[OE] ",  # containers' and GitLab's logs
            r"[\[(]?[\w./<>-]+\.(?:py|cpp|cc|cu|java|jl|ipynb)(?:[: ]\d+)?(?::[\w<>]+)?[\])]?[\s:|>-]*(?<=[\s\])])",
            r"\[(?:MainThread|Thread-\d+|main)\]\s",
            r"[\w.-]+ [\w./-]+\[\d+\]:?\s|(?P<program>[\w./-]+)\[\d+\]:?\s",  # a host, a program and its number
            r"[\w.<>]+:[\w<>]+:\d+ - ",  # loguru's place in the source
            r"(?P<name>(?:[\w<>-]+\.)*[\w<>-]+) ?(?:- |\| |>> )|(?P<dotted>__\w+__|(?:\w+\.)+\w+): |>> ",
        )
    )
)
_CALLED = re.compile(r"(?P<name>[\w.]+):")
"""The logger in `INFO:root:`."""
_LOGGER = re.compile(rf"^(?=.{{0,60}}?\d\d:\d\d).{{0,120}}?\b(?:{_LEVELS})\b[\]\s:|-]+(?=\S)")
"""Everything before a level where a time stands there: `[2026-01-02 10:00:00 swin](main.py 190): INFO `."""
_LABELS = re.compile(
    r"(?P<often>\[pod/[^\]\s]+\]\s|[\w.-]+\s+\|\s|[\w./-]+\.(?:log|txt|out|err):)|\[1\]\s|[-*•#]\s|\s*\d+:\s"
)
"""What stands before every line: a container's or a file's (but not before what a carriage return overwrites), R's, a
list's, or that of the one task of srun."""
_LINE_NUMBER = re.compile(r"(?:[\w./-]+\.(?:log|txt|out|err):)?\s*(\d+)[:\t]\s?")
_WITHIN = re.compile(r"(?<![\w-])(?:rank|gpu|local_rank)[ :=_]{0,2}(\d+)\b(?!\s*[:=%]|\.\d)\W?", re.IGNORECASE)
"""The rank inside a line: `Epoch 1 [rank 0] loss`, `Epoch: 1, Rank: 0, Loss:`; not `Rank 1: 0.8`, a score."""
_COUNTS = re.compile(r"\b(?:epoch|iter(?:ation)?|step)s?\b|^train: \d|^\[\d+[\]/:]", re.IGNORECASE)
_NAMED = re.compile(r"([\w.]+)(?:: ?| - | \| )")
_PLAIN = ("Epoch", "epoch", "Train", "train", "Loss", "loss")
"""Beginnings of most lines, before which nothing stands; they are looked at no further."""
_INDENT = " " * 20
_RICH = re.compile(rf"((?:\[[^\]]*\]| {{8,}}) {_LEVELS} +)(\S.*?) {{2,}}(?:[\w.-]+\.\w+|<\w+>):\d+\s*$")
"""A message of `rich.logging.RichHandler`, with the place in the source at the right edge."""
_FEWEST = 3
"""Lines from which what all of them begin with is a label."""


def unwrapped(lines: list[str]) -> list[str]:
    """Return the lines with what rich wrapped under its own column behind the bar or the message that it belongs to."""
    whole: list[str] = []
    bar = False
    column = 0
    for line in lines:
        message = _RICH.match(line)
        if message is None and column and not line[:column].strip() and line.strip():
            whole[-1] = f"{whole[-1]} {line.strip()}"[:_LONGEST]
            continue
        column = message.end(1) if message else 0
        if message:
            line = f"{message[1]}{message[2]}"
        if bar and line.startswith(_INDENT) and "\u2501" not in line:
            whole[-1] = f"{whole[-1].rstrip()} {line.strip()}"[:_LONGEST]
            continue
        bar = "\u2501" in line and "it/s" in line
        whole.append(line)
    return whole


def undressed(lines: list[str]) -> dict[int | None, list[str]]:
    """Return the lines without what stands before them, of several ranks by rank, else under None.

    Lines of no rank are the lowest one's.
    """
    found = [_bare(line) for line in _unlabelled(_unnumbered(lines))]
    names = _set_names([rest for _, rest, dressed in found if dressed])
    if names:
        found = [_bare(_without(rest, names)) if dressed else (rank, rest, dressed) for rank, rest, dressed in found]
    if all(rank is None for rank, _, _ in found):
        found = _ranked_within(found)
    bare = [rest for _, rest, _ in found]
    known = sorted({rank for rank, _, _ in found if rank is not None})
    if len(known) < 2:
        return {None: bare}
    ranks = [known[0] if rank is None else rank for rank, _, _ in found]
    parts: dict[int | None, list[str]] = {rank: [] for rank in known}
    for line, rank in zip(bare, ranks, strict=True):
        parts[rank].append(line)
    return parts


def _ranked_within(found: list[tuple[int | None, str, bool]]) -> list[tuple[int | None, str, bool]]:
    """Return the lines with the ranks that stand inside those that count epochs and name a loss.

    Ranks count from 0, and print more than once; other ranks (of an adapter, a place in a list) do not.
    """
    within = [_WITHIN.search(line) if _COUNTS.search(line) and "loss" in line.lower() else None for _, line, _ in found]
    times = Counter(int(rank[1]) for rank in within if rank)
    if sorted(times) != list(range(len(times))) or min(times.values(), default=0) < _FEWEST - 1:
        return found
    return [
        (int(rank[1]), line[: rank.start()] + line[rank.end() :], dressed) if rank else (None, line, dressed)
        for rank, (_, line, dressed) in zip(within, found, strict=True)
    ]


def _bare(line: str) -> tuple[int | None, str, bool]:
    """Return the rank of a line, what is left of it, and whether a prefix was taken off."""
    rank, rest, dressed = None, line, False
    if line.startswith(_PLAIN):
        return rank, line, False
    for _ in range(_MOST_PIECES):
        found = _OUTER.match(rest)
        if found is None and ":" in rest[:60] and not dressed:
            found = _LOGGER.match(rest)
        if found is None and dressed:
            found = _inner(rest, line[: len(line) - len(rest)])
        if found is None:
            break
        if found.re is _OUTER and found.lastgroup is not None:
            rank = int(found[found.lastgroup])
        rest, dressed = rest[found.end() :], True
    return rank, rest, dressed


def _inner(rest: str, before: str) -> re.Match[str] | None:
    found = _INNER.match(rest) or (_CALLED.match(rest) if before.endswith(_LEVELLED) else None)
    if found is not None and found.lastgroup is not None and not _is_logger(found[found.lastgroup]):
        return None
    return found


@lru_cache(maxsize=1024)
def _is_logger(name: str) -> bool:
    """Tell whether a name is that of a logger: it says nothing of epochs, losses, or of whose they are."""
    words = set(words_of(name))
    plain = not words & SPLIT_OF.keys() and not words & AXES
    return plain and role(name) is None and any(map(str.isalpha, name))


def _set_names(lines: list[str]) -> tuple[str, ...]:
    """Return the loggers that are called as a set, with what parts them, that do not say whose a line is.

    One that every line begins with does not; nor do names of several parts, such as `my_package.train:`, that all mean
    training: a line of another logger may stand between, without its name.
    """
    found = [_NAMED.match(line) for line in lines] if len(lines) >= _FEWEST else []
    named = [match for match in found if match and SPLIT_OF.keys() & set(words_of(match[1]))]
    first = named[0][0] if named else ""
    if first and all(line.startswith(first) for line in lines):
        return (first,)
    meant = {SPLIT_OF[word] for match in named for word in words_of(match[1]) if word in SPLIT_OF}
    dotted = all("." in match[1] for match in named)
    return tuple({match[0].rstrip() for match in named}) if dotted and meant == {"train"} else ()


def _without(line: str, names: tuple[str, ...]) -> str:
    name = next(filter(line.startswith, names), "")
    return line[len(name) :].lstrip() if name else line


def _unlabelled(lines: list[str]) -> list[str]:
    """Return the lines without the label that all of them begin with."""
    for _ in range(_FEWEST):
        found = _LABELS.match(lines[0]) if len(lines) >= _FEWEST else None
        label = found[0].rstrip() if found else ""
        labelled = [line.startswith(label) for line in lines]
        if found is None or sum(labelled) < len(lines) / (2 if found["often"] else 1):
            break
        lines = [line[len(found[0]) :] if its else line for line, its in zip(lines, labelled, strict=True)]
    return lines


def _unnumbered(lines: list[str]) -> list[str]:
    """Return the lines without their numbers, where all have one, one more than the line above, and count otherwise."""
    if len(lines) < _FEWEST or _LINE_NUMBER.match(lines[0]) is None:
        return lines
    found = [_LINE_NUMBER.match(line) for line in lines]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) < len(lines) or numbers != sorted(set(numbers)):
        return lines
    rest = [line[match.end() :] for line, match in zip(lines, found, strict=True) if match]
    return rest if any(map(_COUNTS.search, rest)) else lines


__all__ = ["undressed", "unwrapped"]
