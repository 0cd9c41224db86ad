"""Which candidates keep within a budget, which of them is taken, and what is said where none does."""

from typing import cast
from unittest.mock import Mock

import numpy as np
import pytest

from training import restricting
from training.budget import Budget
from training.contest import Contest
from training.errors import TrainingError
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.evaluation.performance import Performance
from training.problem.interface import Problem
from training.result import CandidateResult

LABELS = np.arange(40) % 2
COSTS = [
    {"megabytes": 4.4, "milliseconds": 9.7},
    {"megabytes": 1.6, "milliseconds": 6.5},
    {"megabytes": 0.6, "milliseconds": 0.9},
    {"megabytes": 0.1, "milliseconds": 0.1},
]
STRENGTHS = {"large": 3.0, "middling": 2.0, "small": 1.0, "baseline": 5.0}


def _contest() -> Contest:
    """Three candidates, each surer of the right answer than the next, and a baseline that is surest of all."""
    signs = np.where(LABELS == 1, 1.0, -1.0)
    scored = [
        Scored(name, (strength * signs)[None], cost["megabytes"], choosable=name != "baseline")
        for (name, strength), cost in zip(STRENGTHS.items(), COSTS, strict=True)
    ]
    results = [CandidateResult(Mock(), one, 0.0, cost) for one, cost in zip(scored, COSTS, strict=True)]
    return Contest(results, 0, cast(Performance, None), {})


def _restrict(limits: Budget) -> Contest:
    problem = Problem((), LABELS, Groups.alone(40), (), np.ones(40, np.float32), 0)
    return restricting.restrict(_contest(), limits, problem)


@pytest.mark.parametrize(
    ("limits", "chosen"),
    [
        (Budget(megabytes=5), "large"),
        (Budget(megabytes=4.4), "large"),
        (Budget(megabytes=4.3), "middling"),
        (Budget(milliseconds=1), "small"),
        (Budget(megabytes=2, milliseconds=7), "middling"),
        (Budget(megabytes=2, milliseconds=6), "small"),
    ],
)
def test_the_best_within_the_budget_is_taken(limits: Budget, chosen: str) -> None:
    held = _restrict(limits)
    assert held.winner.name == chosen
    assert held.performance.log_loss.value == pytest.approx(np.log1p(np.exp(-STRENGTHS[chosen])), abs=1e-6)


def test_what_costs_too_much_may_not_be_chosen_but_stays_in_the_table() -> None:
    held = _restrict(Budget(megabytes=1))
    assert [one.choosable for one in held.scored] == [False, False, True, False]
    assert [one.name for one in held.scored] == list(STRENGTHS)


def test_where_nothing_fits_the_nearest_are_named_and_a_baseline_is_none_of_them() -> None:
    with pytest.raises(TrainingError) as refused:
        _restrict(Budget(megabytes=0.5, milliseconds=0.5))
    assert "--budget-mb 0.5 and --budget-ms 0.5" in str(refused.value)
    assert "smallest is small with 0.6 MB and 0.9 ms" in str(refused.value)
    assert "fastest is small with" in str(refused.value)


def test_no_budget_is_none() -> None:
    assert not Budget()
    assert Budget(megabytes=1)
    assert Budget(milliseconds=0.1)
    assert Budget().allows({"megabytes": 1e9, "milliseconds": 1e9})
