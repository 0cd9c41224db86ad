"""What a training found, for the terminal: in the order of the report page, in its words."""

from collections.abc import Iterator
from typing import NamedTuple

from artifact.report import reasons, table
from artifact.report.record import VERDICT
from artifact.report.section import Report

_COLORS = {"red": "bold red", "yellow": "yellow", "green": "green"}


class Line(NamedTuple):
    """One line, and how it is coloured where that can be."""

    text: str
    style: str = ""


def describe(report: Report) -> Iterator[Line]:
    """Yield what is to be known of a model: what to expect, what speaks against it, what was told wrong, the rest."""
    found = reasons.of(report)
    light = reasons.light(report, found)
    yield Line(report.get(VERDICT) or "", "bold")
    yield Line(light.sentence, _COLORS[light.color])
    for reason in found:
        yield Line(f"  - {reason.sentence}", _COLORS["red" if reason.severity == "critical" else "yellow"])
    for section in table.SECTIONS:
        if section.terminal is not None:
            yield from map(Line, section.terminal(report))
