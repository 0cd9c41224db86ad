"""What was looked at before any training: what was found, what was passed, and what could not be checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from artifact.report.listed import Listed
from artifact.report.section import Page, Report, Section

TITLES = {
    "near duplicates": "Training images that nearly repeat another one; each set counts as one image",
    "contradictory labels": "Nearly identical images with both labels; at least one of each set is wrong",
    "leaks between train and test": "Test images that repeat a training image (after it); left out of the test result",
}
"""Checks whose evidence is sets of images, and what these are called."""
_PASSED = {"unreadable": "every file was read"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that a check found; each check has evidence of its own behind the sentence."""

    check: str = ""
    severity: Literal["info", "warning", "critical"]
    summary: str
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NotRun:
    """A check that could not be made."""

    check: str
    reason: str


@dataclass(frozen=True)
class Repeated:
    """Images that repeat each other: what they are called together, and the names, a row for each set."""

    title: str
    rows: Listed[Sequence[str]]


@dataclass(frozen=True)
class Checked:
    """What the page says of all checks."""

    found: Sequence[Found]
    passed: Sequence[str]
    not_run: Sequence[NotRun]


def duplicates(report: Report) -> list[Repeated]:
    """Return the sets of images that nearly repeat each other, by what is wrong with them."""
    found = []
    for one in report.rows(CHECKS):
        rows = _sets(one.evidence)
        if one.check in TITLES and rows:
            found.append(Repeated(TITLES[one.check], Listed.cut(rows, "checks")))
    return found


def _sets(evidence: dict[str, Any]) -> list[list[str]]:
    groups, pairs = evidence.get("groups"), evidence.get("pairs")  # of the check of groups the former is their number
    rows = [[str(file) for file in one] for one in groups if isinstance(one, list)] if isinstance(groups, list) else []
    listed = pairs if isinstance(pairs, list) else []
    return rows + [[str(one.get("test")), str(one.get("train"))] for one in listed if isinstance(one, dict)]


def _shown(report: Report) -> Checked | None:
    passed = [_PASSED.get(name, name) for name in report.rows(CHECKS_PASSED)]
    checked = Checked(report.rows(CHECKS), passed, report.rows(CHECKS_NOT_RUN))
    return checked if checked.found or checked.passed or checked.not_run else None


def _lines(report: Report) -> Iterator[str]:
    return (one.summary for one in report.rows(CHECKS) if one.severity == "info")


CHECKS = Section("checks", tuple[Found, ...], Page("checks.html", _shown), terminal=_lines)
CHECKS_PASSED = Section("checks_passed", tuple[str, ...])
CHECKS_NOT_RUN = Section("checks_not_run", tuple[NotRun, ...])
