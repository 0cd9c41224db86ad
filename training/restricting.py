"""The choice among the candidates that keep within a budget."""

from collections.abc import Mapping
from dataclasses import replace

from training.budget import Budget
from training.contest import Contest, pick
from training.errors import TrainingError
from training.problem.interface import Problem
from training.result import CandidateResult


def restrict(contest: Contest, budget: Budget, problem: Problem) -> Contest:
    """Return the contest with the choice among those that keep within the budget, by what each was found to cost.

    Raises:
        TrainingError: None of them does.
    """
    results = [_judge(one, budget) for one in contest.results]
    if not any(one.scored.choosable for one in results):
        raise TrainingError(_refuse(contest, budget))
    chosen, performance = pick([one.scored for one in results], problem)
    return replace(contest, results=results, chosen=chosen, performance=performance)


def _judge(result: CandidateResult, budget: Budget) -> CandidateResult:
    within = budget.allows(result.cost)
    scored = replace(result.scored, choosable=result.scored.choosable and within)
    return replace(result, scored=scored, cost={**result.cost, "within_budget": within})


def _refuse(contest: Contest, budget: Budget) -> str:
    rows = [(one.name, one.cost) for one in contest.results if one.scored.choosable]
    smallest, fastest = (min(rows, key=lambda row: row[1][key]) for key in ("megabytes", "milliseconds"))
    return (
        f"No candidate keeps within {budget}. The smallest is {_describe(*smallest)}; the fastest is "
        f"{_describe(*fastest)}. Allow as much, or name more candidates with --include."
    )


def _describe(name: str, cost: Mapping[str, float]) -> str:
    return f"{name} with {cost['megabytes']:.2g} MB and {cost['milliseconds']:.2g} ms"
