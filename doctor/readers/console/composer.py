"""Composer's file logger: `[metric][batch=5]: loss/train/total: 0.61`."""

from __future__ import annotations

import re

from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.readers.shapes import series

_LINE = re.compile(rf"^\[metric\]\[batch=(\d+)\]:\s*([\w/.\- ]+?):\s*({NUMBER})\s*$", re.IGNORECASE)


def _read(lines: list[str]) -> Log | None:
    curves: dict[str, tuple[list[float], list[str]]] = {}
    for line in lines:
        found = _LINE.match(line.strip())
        if found:
            steps, values = curves.setdefault(found.group(2), ([], []))
            steps.append(float(found.group(1)))
            values.append(found.group(3))
    return Log(tuple(series(name, steps, values) for name, (steps, values) in curves.items())) if curves else None


STYLE = _read
