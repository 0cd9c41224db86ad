"""Lines of several processes in one text: replicas of docker compose, pods, tasks of srun and mpirun, hosts, files.

Each line says at its beginning whose it is. Read together, the lines of two runs would overwrite each other, or be
averaged; so each process is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from doctor.columns import role, words_of
from doctor.joining.members import MEMBER
from doctor.readers.console.phrases import AXES, SPLIT_OF

_TIME = r"(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z? +"
_LABELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(\[pod/[^\]\s]+\])\s",  # kubectl logs --prefix
        rf"(?:{_TIME})?(?=\S*[A-Za-z])([\w.-]+)\s+\|\s?",  # docker compose, foreman
        r"([\w./-]+\.(?:log|txt|out|err)):\s?",  # grep over several files
        r"(\[\w*,\d+\])<std(?:out|err)>:\s?",  # mpirun --tag-output
        r"(\([\w:.<>-]+ pid=\d+(?:, ip=[\w.:]+)?\))\s",  # Ray
        r"[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d ([\w.-]+ [\w./-]+\[\d+\]):\s",  # syslog, journald
        r"([A-Za-z][\w.-]*\d[\w.-]*):?\s+(?=\S)",  # pssh, stern: a host or a pod
        r"\s*\[?(\d+)\]?:?\s+(?=\S)",  # srun --label, concurrently, GNU parallel --tag
    )
)
_MARKED = 6
"""Labels of `_LABELS` that are labels by their form; behind the others a line has to count epochs."""
_CERTAIN = {0, 2, 3, 4, 5}
"""Those that can be nothing else, whatever is in them; `model-1 | ` may be a member of a group."""
_COUNTS = re.compile(r"\b(?:epoch|round|iter(?:ation)?|step)s?\b", re.IGNORECASE)
_LOOKED_AT, _FEWEST, _MOST = 60, 4, 200
_SHARE = 0.9
"""Share of the lines that begin with a label; the others belong to the process of the line above."""


def by_process(lines: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the lines of each process without its label, under its name; all under `""` where it is one process."""
    first = list(islice(lines, _LOOKED_AT))
    for place, label in enumerate(_LABELS if len(lines) >= _FEWEST else ()):
        if sum(label.match(line) is not None for line in first) < _SHARE * len(first):
            continue
        parts = _parts(lines, label)
        if len(parts) < 2 or (place not in _CERTAIN and not all(map(_is_name, parts))):
            continue
        if place < _MARKED or _take_turns(lines, label):
            return parts
    return {"": lines}


def _parts(lines: Sequence[str], label: re.Pattern[str]) -> dict[str, list[str]]:
    """Part the lines; into none where too many bear no label, or where there are too many labels."""
    parts: dict[str, list[str]] = {}
    own: list[str] = []
    labelled = 0
    for line in lines:
        found = label.match(line)
        if found is not None:
            own = parts.setdefault(found[1], [])
            labelled += 1
        own.append(line if found is None else line[found.end() :])
        if len(parts) > _MOST:
            return {}
    return parts if labelled >= _SHARE * len(lines) else {}


def _is_name(label: str) -> bool:
    """Tell whether a label names a process: neither a set, an axis or a quantity, nor a member of a group."""
    words = set(words_of(label))
    if words & SPLIT_OF.keys() - {"train", "training", "learn"} or words & AXES or MEMBER.search(label):
        return False
    return role(label) is None and not (words & SPLIT_OF.keys() and len(words) == 1)


def _take_turns(lines: Sequence[str], label: re.Pattern[str]) -> bool:
    """Tell whether labels return after others, which those that count do not, before lines that count epochs."""
    seen: dict[str, None] = {}
    last, returned, counted = "", False, set()
    for line in islice(lines, 2000):
        if (found := label.match(line)) is not None:
            returned |= found[1] != last and found[1] in seen
            last = found[1]
            seen[last] = None
            if _COUNTS.search(line, found.end()):
                counted.add(last)
    return returned and len(counted) == len(seen)


__all__ = ["by_process"]
