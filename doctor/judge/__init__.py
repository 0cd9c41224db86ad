"""Decides which of the labels a run deserves."""

from __future__ import annotations

from collections.abc import Collection

from doctor.case import Case
from doctor.findings import LABELS
from doctor.judge.facts import certain
from doctor.judge.rules import labels


def judge(case: Case, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the labels of `case` among those whose checks could be made."""
    found = (labels(case) | certain(case)) & set(allowed)
    if not found - {"too_small_validation"} and "healthy" in allowed:
        found = found | {"healthy"}
    return tuple(label for label in LABELS if label in found)


__all__ = ["judge"]
