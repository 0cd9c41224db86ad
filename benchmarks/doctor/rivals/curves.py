"""What the rule systems look at, and how their words are turned into labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Verdict = tuple[str, ...]
"""The labels that one verdict of a rule system may stand for, the most usual first."""


def curve(run: dict[str, Any], name: str) -> Array:
    """Return one curve, NaN where a value was not finite or is not there."""
    return np.array([row.get(name) for row in run["epochs"]], dtype=np.float64)


def generous(verdicts: Iterable[Verdict], labels: Collection[str], tolerated: Collection[str]) -> set[str]:
    """Turn verdicts into labels in the rule system's favour.

    A verdict that may stand for several labels counts as all of those that are right, or as one that is tolerated;
    only where none of them is, its most usual meaning counts as wrong. No verdict at all means healthy.
    """
    said: set[str] = set()
    for meanings in verdicts:
        right = set(meanings) & set(labels)
        bearable = [meaning for meaning in meanings if meaning in tolerated]
        said |= right or {(bearable or list(meanings))[0]}
    return said or {"healthy"}
