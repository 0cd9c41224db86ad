"""Decides which of the labels a run deserves.

Facts settle what needs no judgement (`certain`), and a symptom's own conditions rule out what the curves do not show
(`doctor.symptoms`). For the rest, small boosted trees over the measures give each label a probability (one set for runs
with validation, one for training curves alone), `decide` turns probabilities into labels, and `consistent` drops what
another label explains. The trees were learned from runs that `benchmarks/doctor` makes by real training with caused
faults.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from doctor.case import Case
from doctor.findings import LABELS
from doctor.readings import among_familiar, familiar, read_off
from doctor.symptoms.diverged import enormous
from doctor.symptoms.flat_training import creeps
from doctor.symptoms.imbalance_collapse import unequal
from doctor.symptoms.too_small_validation import LARGEST

Node = Any  # a leaf's score in thousandths, or [code, threshold, left, right]
"""The code is twice the measure's place, and one more where a missing value goes left."""

_STILL = -4.0
"""log10 of the range of validation loss, in units of guessing, below which nothing reaches validation at all."""
_NEAR = 0.5
"""Share of its threshold at which a label is said of a run that cannot be healthy and has no other."""
_EXPLAINED: dict[str, frozenset[str]] = {
    "diverged": frozenset(
        {
            "overfitting",
            "underfitting",
            "undertrained",
            "flat_training",
            "constant_validation",
            "distribution_shift",
            "label_noise",
        }
    ),
    "oscillating": frozenset({"underfitting", "undertrained"}),
    "imbalance_collapse": frozenset({"underfitting", "undertrained"}),
}


def judge(case: Case, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the labels of `case`, in the order of `LABELS`, among those whose checks could be made."""
    table = load()[known_set(case)]
    facts = certain(case) & set(allowed)
    row = [case[name] for name in measured()]
    probabilities = {label: probability(forest, row) for label, forest in table["forests"].items() if label in allowed}
    found = decide(probabilities, table["thresholds"])
    found = among_familiar(case, allowed, found) if familiar(case) else read_off(case, allowed, found)
    found = consistent(found, case)
    if "diverged" in facts:  # a loss that is not a number, or enormous, leaves nothing else to be told but its swings
        found &= {"oscillating"} if case.scale.guessing and not case.curves.non_finite else set()
    if "imbalance_collapse" in facts:
        found -= {"healthy", "label_noise", "underfitting", "undertrained"}
    return tuple(label for label in LABELS if label in found | facts)


def certain(case: Case) -> frozenset[str]:
    """Return the labels that follow from a fact.

    A loss that is not finite, or enormous; ten validation examples or fewer; one answer at the share of very unequal
    classes.
    """
    found = set()
    if case.curves.non_finite or enormous(case):
        found.add("diverged")
    if case.context.n_val is not None and case.context.n_val <= LARGEST:
        found.add("too_small_validation")
    if unequal(case):
        found.add("imbalance_collapse")
    return frozenset(found)


def known_set(case: Case) -> str:
    """Return the name of the set of trees that knows runs of this kind."""
    if not case.has("val_loss"):
        return "training"
    accuracies = case.has("accuracy") or case.has("val_accuracy")
    if not case.scale.guessing or not (case.scale.told or accuracies):
        return "other"  # two classes are only supposed where a loss without accuracies begins near ln 2
    return "classes" if (case.scale.classes or 2) > 2 else "validation"


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(files("doctor").joinpath("trees.json").read_text("utf-8"))
    return table


def load() -> dict[str, Any]:
    """Return the sets of trees, each with every label's base score, trees and threshold.

    There are sets for two classes with `validation`, for `training` curves alone, for more `classes` and for `other`
    losses.
    """
    sets: dict[str, Any] = _file()["sets"]
    return sets


def measured() -> tuple[str, ...]:
    """Return the measures that the trees look at; their nodes name them by their places here."""
    return tuple(_file()["measures"])


def probability(forest: Mapping[str, Any], measures: Sequence[float]) -> float:
    """Return the probability that one forest gives to its label."""
    score = forest["base"] + sum(_leaf(tree, measures) for tree in forest["trees"]) / 1000
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def _leaf(node: Node, measures: Sequence[float]) -> int:
    while isinstance(node, list):
        code, threshold, left, right = node
        value = measures[code >> 1]
        node = left if value <= threshold or (code & 1 and value != value) else right  # only NaN differs from itself
    return int(node)


def decide(probabilities: Mapping[str, float], thresholds: Mapping[str, float]) -> set[str]:
    """Return `healthy` alone, or every other label that reaches its threshold.

    A run is healthy or ill, never both: the more probable side wins (each measured against its threshold). Where
    nothing reaches its threshold, the label that comes closest is said; where the run cannot be healthy, only if it
    comes within half of its threshold.
    """
    closeness = {label: share / thresholds[label] for label, share in probabilities.items()}
    ill = {label: close for label, close in closeness.items() if label != "healthy" and close >= 1}
    if "healthy" not in closeness:
        nearest = max(closeness, key=lambda label: closeness[label], default=None)
        return set(ill) or ({nearest} if nearest and closeness[nearest] >= _NEAR else set())
    best = max(closeness, key=lambda label: closeness[label])
    if best == "healthy" or not ill:
        return {best}
    return set(ill)


def consistent(found: set[str], case: Case) -> set[str]:
    """Drop labels that another one explains.

    Outputs that never change cost what they cost, however much: that is no explosion, nor too small a model. A run
    that explodes is nothing else besides, one that swings has not shown what it can fit, and one that creeps is no
    test of its size.
    """
    if "constant_validation" in found and case["val_loss_range"] < _STILL:
        found = found - {"diverged", "underfitting"}
    if "flat_training" in found and creeps(case):
        found = found - {"underfitting"}
    for label, explained in _EXPLAINED.items():
        if label in found:
            found = found - explained
    return found
