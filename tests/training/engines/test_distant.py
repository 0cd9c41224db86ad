"""What came of a candidate in another process is the same record here, and can be finished here."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from training.engines import distant, local, shipping
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.problem.interface import Candidate, Problem
from training.progress import Stages
from training.reading.dataset import Sample


@pytest.fixture
def problem(make_sample: Callable[..., Sample]) -> Problem:
    labels = np.arange(12) % 2
    samples = [make_sample(number, number % 2, brightness=90 + 80 * (number % 2)) for number in range(12)]
    folds = split(labels, Groups.alone(12), 3, 1, 0)
    return Problem(samples, labels, Groups.alone(12), folds, np.ones(12, np.float32), 1)


def test_a_result_that_has_travelled_says_what_it_said_there_and_is_finished_here(
    problem: Problem, stand_in: ModuleType
) -> None:
    there = shipping.unpack(*shipping.pack(problem))
    (result,) = local.try_strategy(stand_in.NAME, there, Stages(quiet=True), mend=False).results
    sent = pickle.dumps(distant.pack(stand_in.NAME, result, shipping.pack(problem)[0].problem))
    assert problem.samples[0].read()[40:80] not in sent

    arrived = distant.unpack(pickle.loads(sent), problem)
    assert (arrived.name, arrived.seconds, arrived.cost) == (result.name, result.seconds, {})
    np.testing.assert_array_equal(arrived.scored.logits, result.scored.logits)
    np.testing.assert_array_equal(arrived.evaluation.logits, result.evaluation.logits)
    assert arrived.candidate.problem is problem
    assert arrived.candidate.finish().network.to_onnx(None) == result.candidate.finish().network.to_onnx(None)


def test_other_splits_are_evaluated_on_the_candidate_as_it_was_prepared_once(
    problem: Problem, stand_in: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, asked = stand_in.candidates, []

    def choose(given: Problem) -> list[Candidate]:
        """Choose beforehand, from these folds, that the label depends on everything; a strategy may do so."""
        asked.append(len(given.folds))
        return list(prepare(replace(given, invariant=frozenset())))

    monkeypatch.setattr(stand_in, "candidates", choose)
    problem = replace(problem, invariant=frozenset({"hflip"}))
    (result,) = local.try_strategy(stand_in.NAME, problem, Stages(quiet=True), mend=False).results
    asked.clear()
    arrived = distant.unpack(distant.pack(stand_in.NAME, result, problem), problem).candidate

    fewer = replace(problem, folds=split(problem.labels, problem.groups, 2, 1, 5))
    there = replace(result.candidate, problem=replace(result.candidate.problem, folds=fewer.folds))
    np.testing.assert_array_equal(replace(arrived, problem=fewer).evaluate().logits, there.evaluate().logits)
    moved = replace(arrived, problem=fewer)
    assert isinstance(moved, distant.Distant)
    assert moved.prepare().problem.invariant == frozenset()
    arrived.finish()
    assert asked == [3]
