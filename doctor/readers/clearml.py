"""ClearML's offline session: metrics.jsonl, in which each line is a list of reported scalars."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.json_lines import values_of
from doctor.readers.shapes import series
from doctor.readers.source import Source

_FILE = "metrics.jsonl"
_SMALL = 1e-4
"""A loss that was smaller may be 0 in the next step."""


def recognises(source: Source) -> int:
    """Tell whether a line is a list of objects with `metric`, `variant` and `iter`, or a folder holds such a file."""
    if source.is_folder:
        found = source.child(_FILE)
        return recognises(found) if found is not None else NO
    head = source.head.lstrip()[:4096]
    return (
        SURE
        if head.startswith(b"[{") and all(f'"{key}"'.encode() in head for key in ("metric", "variant", "iter"))
        else NO
    )


def read(source: Source) -> list[Log]:
    """Read the scalars: graph and curve make the name, the iteration is the step.

    Raises:
        HistoryError: The lines are not ClearML's.
    """
    if source.is_folder:
        found = source.child(_FILE)
        if found is None:
            raise HistoryError(f"The folder {source.name!r} holds no {_FILE}.")
        source = found
    curves: dict[str, tuple[list[Any], list[Any]]] = {}
    for report in _reports(values_of(source.text)):
        steps, values = curves.setdefault(_name(report), ([], []))
        steps.append(report["iter"])
        values.append(report["value"])
    if not curves:
        raise HistoryError("The lines hold no scalar; expected ClearML's metrics.jsonl of an offline session.")
    notes = [note for name, (_, values) in curves.items() for note in _without_false_zeros(name, values)]
    return [Log(tuple(series(name, steps, values) for name, (steps, values) in curves.items()), notes=tuple(notes))]


def _without_false_zeros(name: str, values: list[Any]) -> Iterator[str]:
    """Put NaN back where ClearML reports 0 for it, where a loss is 0 at once, having been well above it."""
    own = role(name)
    if own is None or own.quantity != "loss":
        return
    changed = 0
    for place in range(1, len(values)):
        before = values[place - 1]
        if values[place] == 0 and isinstance(before, (int, float)) and not abs(before) <= _SMALL:
            values[place] = math.nan
            changed += 1
    if changed:
        yield f"{changed} values of {name!r} are exactly 0, which ClearML reports for NaN; they count as NaN."


def _reports(lines: list[Any]) -> Iterator[dict[str, Any]]:
    for line in lines:
        for report in line if isinstance(line, list) else [line]:
            if isinstance(report, dict) and {"iter", "value"} <= report.keys():
                yield report


def _name(report: dict[str, Any]) -> str:
    metric, variant = str(report.get("metric", "")), str(report.get("variant", ""))
    return metric if variant in ("", metric) else f"{metric}/{variant}"


READER = Reader("clearml", recognises, read)
