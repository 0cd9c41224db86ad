"""Evaluates the small boosted trees that `benchmarks/doctor/fit.py` learned from runs with caused faults."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

Node = Any  # a leaf's score, or [measure, threshold, 1 if missing goes left, left, right]


@lru_cache(maxsize=1)
def load() -> dict[str, Any]:
    """Return, for runs with `validation` and for `training` alone, each label's base score, trees and threshold."""
    table: dict[str, Any] = json.loads(files("doctor.judge").joinpath("trees.json").read_text("utf-8"))
    return table


def probability(forest: Mapping[str, Any], measures: Mapping[str, float]) -> float:
    """Return the probability that one forest gives to its label."""
    score = forest["base"] + sum(_leaf(tree, measures) for tree in forest["trees"])
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def _leaf(tree: list[Node], measures: Mapping[str, float]) -> float:
    node = tree[0]
    while isinstance(node, list):
        measure, threshold, missing_left, left, right = node
        value = measures[measure]
        goes_left = bool(missing_left) if math.isnan(value) else value <= threshold
        node = tree[left if goes_left else right]
    return float(node)
