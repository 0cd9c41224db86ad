"""The choice among the candidates that keep within a budget."""

from collections.abc import Sequence
from dataclasses import replace

from training.budget import Budget
from training.contest import Contest
from training.errors import TrainingError
from training.evaluation import choosing
from training.problem.interface import Problem


def restrict(contest: Contest, costs: Sequence[dict[str, float]], budget: Budget, problem: Problem) -> Contest:
    """Return the contest with the choice among those that keep within the budget.

    Raises:
        TrainingError: None of them does.
    """
    scored = [
        replace(one, choosable=one.choosable and budget.allows(cost))
        for one, cost in zip(contest.scored, costs, strict=True)
    ]
    if not any(one.choosable for one in scored):
        raise TrainingError(_refuse(contest, costs, budget))
    chosen = choosing.choose(scored, problem.labels, problem.groups)
    performance = choosing.measure(
        scored, chosen, problem.labels, problem.groups, problem.seed, problem.duplicates, problem.folds
    )
    return replace(contest, scored=scored, chosen=chosen, performance=performance)


def _refuse(contest: Contest, costs: Sequence[dict[str, float]], budget: Budget) -> str:
    rows = [
        (candidate.name, cost)
        for candidate, one, cost in zip(contest.candidates, contest.scored, costs, strict=True)
        if one.choosable
    ]
    smallest, fastest = (min(rows, key=lambda row: row[1][key]) for key in ("megabytes", "milliseconds"))
    return (
        f"No candidate keeps within {budget}. The smallest is {_describe(*smallest)}; the fastest is "
        f"{_describe(*fastest)}. Allow as much, or name more candidates with --include."
    )


def _describe(name: str, cost: dict[str, float]) -> str:
    return f"{name} with {cost['megabytes']:.2g} MB and {cost['milliseconds']:.2g} ms"
