"""Gathers values that were logged more often than once an epoch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from doctor.columns import ALIASES, normalise
from doctor.readers.base import Rows, number_of


def means(rows: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Return each column's mean over the rows that have a number for it."""
    sums: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.items():
            number = number_of(value) if _wanted(name) else float("nan")
            if number == number:
                total = sums.setdefault(name, [0.0, 0.0])
                total[0] += number
                total[1] += 1.0
    return {name: total / count for name, (total, count) in sums.items()}


def by_validation(rows: Rows) -> Rows:
    """Close a round at each row that holds validation values; training values are averaged over the round.

    Rows after the last validation make a last round. Without any validation, the rows stay as they are.
    """
    if not any(_validates(row) for row in rows):
        return rows
    rounds: list[Rows] = [[]]
    for row in rows:
        rounds[-1].append(row)
        if _validates(row):
            rounds.append([])
    gathered = [means(part) for part in rounds if part]
    return gathered


def _validates(row: dict[str, Any]) -> bool:
    return any(value is not None and _curve(name).startswith("val_") for name, value in row.items())


def _curve(name: str) -> str:
    return ALIASES.get(normalise(name), "")


def _wanted(name: str) -> bool:
    return bool(_curve(name) or _curve(name.removesuffix("_step")))
