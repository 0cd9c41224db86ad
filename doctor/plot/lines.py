"""What is drawn: one line for training and one for validation, with a band where there are several runs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from doctor.curves import Curves, load
from doctor.findings import Diagnosis
from doctor.points import Array

_LARGEST = 1e300  # a little below the largest float, so that the axes and the middle of several runs stay finite


@dataclass(frozen=True)
class Line:
    """One curve by epoch; `low` and `high` bound a band over several runs."""

    name: str
    epochs: Array
    middle: Array
    low: Array | None = None
    high: Array | None = None


@dataclass(frozen=True)
class Mark:
    """An epoch that a finding speaks of."""

    epoch: int
    symptom: str


def load_all(history: Any) -> list[Curves]:
    """Load one history, or a list of histories (folds), into curves."""
    several = (
        isinstance(history, Sequence)
        and len(history) > 0
        and all(_is_history(item) for item in history)
        and not isinstance(history, (str, bytes))
    )
    return [load(item) for item in history] if several else [load(history)]


def lines_of(runs: Sequence[Curves], curve: str) -> list[Line]:
    """Return the training and validation lines of `curve` (loss or accuracy), those that exist."""
    found = []
    for name, column in (("training", curve), ("validation", f"val_{curve}")):
        columns = [(run.epochs, _within_reach(values)) for run in runs if (values := run.column(column)) is not None]
        known = [(epochs, values) for epochs, values in columns if np.isfinite(values).any()]
        if known:
            found.append(_line(name, known))
    return found


def marks_of(diagnosis: Diagnosis | None, most: int = 4) -> list[Mark]:
    """Return the single epochs that findings of some weight point at, one a symptom, `most` at most."""
    marks: list[Mark] = []
    for finding in diagnosis or ():
        points = [e.epochs[0] for e in finding.evidence if e.epochs and len(e.epochs) != 2]
        if points and finding.severity != "info" and len(marks) < most:
            marks.append(Mark(points[0], finding.symptom))
    return marks


def _within_reach(values: Array) -> Array:
    """Return the values with a gap for what is infinite, or so large that sums of it are."""
    return np.where(np.abs(values) < _LARGEST, values, np.nan)


def _line(name: str, columns: Sequence[tuple[Any, Array]]) -> Line:
    epochs = np.unique(np.concatenate([epochs for epochs, _ in columns]))
    values = np.full((len(columns), len(epochs)), np.nan)
    for row, (own, column) in zip(values, columns, strict=True):
        row[np.searchsorted(epochs, own)] = column
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an epoch that no run reached is a gap, not a fault
        middle, low, high = np.nanmedian(values, 0), np.nanmin(values, 0), np.nanmax(values, 0)
    band = (low, high) if len(columns) > 1 else (None, None)
    return Line(name, epochs.astype(float), middle, *band)


def _is_history(item: Any) -> bool:
    item = getattr(item, "history", item)
    if isinstance(item, Mapping):
        return any(
            isinstance(values, (Sequence, np.ndarray)) and not isinstance(values, str) for values in item.values()
        )
    return isinstance(item, Sequence) and not isinstance(item, (str, bytes))
