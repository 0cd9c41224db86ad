"""The pictures of a report's numbers; one that the report has no sound numbers for is left out."""

import math
from dataclasses import dataclass
from typing import Any, TypeVar

from artifact import schema
from artifact.report import drawing
from artifact.report.drawing import Bar, Expected, Point, Reached

T = TypeVar("T")


@dataclass(frozen=True)
class _Share:
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class _Candidate:
    candidate: str
    log_loss: float
    chosen: bool = False


def accuracy(report: dict[str, Any]) -> str | None:
    """Draw the accuracy to expect, with its interval."""
    estimate = report.get("estimate")
    found = _read(_Share, estimate.get("accuracy") if isinstance(estimate, dict) else None)
    return drawing.interval(found.value, found.low, found.high) if found else None


def comparison(report: dict[str, Any]) -> str | None:
    """Draw the log loss of each candidate."""
    found = [Bar(row.candidate, row.log_loss, row.chosen) for row in _rows(_Candidate, report.get("comparison"))]
    title = "Log loss of each candidate on images that it had not seen; shorter is better"
    return drawing.bars(found, title, guess=math.log(2)) if len(found) > 1 else None


def calibration(report: dict[str, Any]) -> str | None:
    """Draw the calibration curve."""
    section = report.get("calibration")
    found = _rows(Point, section.get("curve") if isinstance(section, dict) else None)
    return drawing.calibration(found) if found else None


def growth(report: dict[str, Any]) -> str | None:
    """Draw what more images would bring, beside what fewer brought."""
    section = report.get("more_images")
    if not isinstance(section, dict):
        return None
    measured, expected = _rows(Reached, section.get("measured")), _rows(Expected, section.get("curve"))
    if not measured or not expected:
        return None
    title = f"How many are told right by the number of images learned from. {section.get('summary') or ''}"
    return drawing.growth(measured, expected, title.strip())


def _rows(cls: type[T], values: Any) -> list[T]:
    return [found for value in values if (found := _read(cls, value))] if isinstance(values, list) else []


def _read(cls: type[T], value: Any) -> T | None:
    try:
        return schema.build(cls, value, "the report")
    except schema.SchemaError:
        return None
