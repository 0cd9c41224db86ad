"""What else was tried: every candidate in numbers, those that failed or were stopped, and what invariances brought."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from artifact.report import drawing
from artifact.report.drawing import Bar
from artifact.report.section import LEFT_OUT, Page, Report, Section


@dataclass(frozen=True)
class Compared:
    """One candidate on images that it had not seen, and what it costs.

    Attributes:
        choosable: Whether it may be published.
        summary: What it is.
        seconds: What it took to evaluate.
        settings: What it was made with; each strategy has its own.
        work: Millions of multiplications for an image, about; two of whole numbers count as one.
        milliseconds: An image on one thread, without decoding, where that was asked for.
        within_budget: Whether it keeps to the budget, where there is one.
    """

    candidate: str
    chosen: bool = False
    choosable: bool | None = None
    summary: str = ""
    accuracy: float | None = None
    auroc: float | None = None
    log_loss: float | None = None
    brier: float | None = None
    megabytes: float | None = None
    seconds: float | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    work: float | None = field(default=None, metadata=LEFT_OUT)
    milliseconds: float | None = field(default=None, metadata=LEFT_OUT)
    within_budget: bool | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Dropped:
    """A candidate that is not compared: it could not be trained, or was stopped early."""

    candidate: str
    reason: str


@dataclass(frozen=True)
class Invariance:
    """What learning from varied images changed in the log loss; below zero it helps."""

    invariance: str
    log_loss_change: float
    standard_error: float
    used: bool
    candidate: str = ""


@dataclass(frozen=True)
class Shown:
    """What the page says of all candidates."""

    rows: tuple[Compared, ...]
    failed: tuple[Dropped, ...]
    stopped: tuple[Dropped, ...]
    figure: str | None
    has_times: bool


def figure(report: Report) -> str | None:
    """Draw the log loss of each candidate."""
    rows = report.rows(COMPARISON)
    found = [Bar(row.candidate, row.log_loss, row.chosen) for row in rows if row.log_loss is not None]
    title = "Log loss of each candidate on images that it had not seen; shorter is better"
    return drawing.bars(found, title, guess=math.log(2)) if len(found) > 1 else None


def _shown(report: Report) -> Shown | None:
    rows, failed, stopped = report.rows(COMPARISON), report.rows(FAILED), report.rows(STOPPED)
    if not (rows or failed or stopped):
        return None
    return Shown(rows, failed, stopped, figure(report), any(row.milliseconds is not None for row in rows))


def _lines(report: Report) -> Iterator[str]:
    for one in report.rows(FAILED):
        yield f"{one.candidate} could not be trained: {one.reason}"
    for one in report.rows(STOPPED):
        yield f"{one.candidate} was stopped. {one.reason}"


def _shown_invariances(report: Report) -> tuple[Invariance, ...] | None:
    return report.rows(AUGMENTATION) or None


def _lines_of_invariances(report: Report) -> Iterator[str]:
    for one in report.rows(AUGMENTATION):
        change, error = one.log_loss_change, one.standard_error
        did = f"{'lowered' if change < 0 else 'raised'} the log loss by {abs(change):.3f} (standard error {error:.3f})"
        where = f"Varying by {one.invariance}, on the features of {one.candidate},"
        yield f"{where} {did} and is {'used' if one.used else 'left out'}."


COMPARISON = Section("comparison", tuple[Compared, ...], Page("comparison.html", _shown), terminal=_lines)
FAILED = Section("failed", tuple[Dropped, ...])
STOPPED = Section("stopped", tuple[Dropped, ...])
AUGMENTATION = Section(
    "augmentation",
    tuple[Invariance, ...],
    Page("augmentation.html", _shown_invariances),
    terminal=_lines_of_invariances,
)
