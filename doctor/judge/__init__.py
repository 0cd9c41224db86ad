"""Decides which of the labels a run deserves.

Facts settle what needs no judgement (`facts`), and a symptom's own conditions rule out what the curves do not show
(`doctor.symptoms`). For the rest, small boosted trees over the measures give each label a probability (`forest`; one
set for runs with validation, one for training curves alone), `decision` turns probabilities into labels, and
`consistency` drops what another label explains. The trees were learned from runs that `benchmarks/doctor` makes by
real training with caused faults.
"""

from __future__ import annotations

from collections.abc import Collection

from doctor.case import Case
from doctor.findings import LABELS
from doctor.judge.consistency import consistent
from doctor.judge.decision import decide
from doctor.judge.facts import certain
from doctor.judge.forest import load, probability


def judge(case: Case, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the labels of `case`, in the order of `LABELS`, among those whose checks could be made."""
    table = load()["validation" if case.has("val_loss") else "training"]
    facts = certain(case) & set(allowed)
    probabilities = {
        label: probability(forest, case.measures) for label, forest in table["forests"].items() if label in allowed
    }
    found = consistent(decide(probabilities, table["thresholds"]), case)
    if "diverged" in facts:
        found = set()  # a loss that is not a number leaves nothing else to be told from it
    return tuple(label for label in LABELS if label in found | facts)


__all__ = ["judge"]
