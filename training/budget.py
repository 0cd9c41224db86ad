"""What the published network may cost: the choice is then among the candidates that keep within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from training.errors import TrainingError

if TYPE_CHECKING:  # the options need no more than the numbers, and must not wait for what a contest imports
    from training.contest import Contest
    from training.strategies.interface import Problem


@dataclass(frozen=True)
class Budget:
    """Limits, None where there is none.

    Attributes:
        megabytes: Of the ONNX file, in 10^6 bytes.
        milliseconds: Of one image on one thread of this machine, without decoding.
    """

    megabytes: float | None = None
    milliseconds: float | None = None

    def __bool__(self) -> bool:
        """Return whether there is any limit."""
        return self.megabytes is not None or self.milliseconds is not None

    def allows(self, cost: dict[str, float]) -> bool:
        """Return whether a candidate's measured `megabytes` and `milliseconds` keep within the limits."""
        limits = {"megabytes": self.megabytes, "milliseconds": self.milliseconds}
        return all(cost[name] <= limit for name, limit in limits.items() if limit is not None)

    def __str__(self) -> str:
        """Return the limits as the options name them."""
        limits = {"--budget-mb": self.megabytes, "--budget-ms": self.milliseconds}
        return " and ".join(f"{option} {limit:g}" for option, limit in limits.items() if limit is not None)


def restrict(contest: Contest, costs: Sequence[dict[str, float]], budget: Budget, problem: Problem) -> Contest:
    """Return the contest with the choice among those that keep within the budget.

    Raises:
        TrainingError: None of them does.
    """
    from training.evaluation import choosing

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
