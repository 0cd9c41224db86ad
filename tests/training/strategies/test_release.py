"""Letting go of what a candidate has compiled, which is made again when it is asked for."""

from collections.abc import Callable

from training import strategies
from training.problem.interface import Problem, release
from training.problem.overrides import Overrides


def test_a_candidate_that_was_let_go_of_is_finished_all_the_same(make_problem: Callable[..., Problem]) -> None:
    problem = make_problem(images=6, folds=2, overrides=Overrides(epochs=1))
    (candidate,) = strategies.load("scratch").candidates(problem)
    first = candidate.finish()
    made = set(vars(candidate)) - set(candidate.__dataclass_fields__)
    release(candidate)
    assert made
    assert not made & set(vars(candidate))
    assert candidate.finish().curves == first.curves
