"""Evaluate every candidate on the same folds, and choose."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from artifact.report.comparison import Compared
from training import strategies
from training.engines import local
from training.engines.interface import Engine
from training.errors import TrainingError
from training.evaluation import choosing, scores
from training.evaluation.choosing import Scored
from training.evaluation.performance import Performance
from training.problem.interface import Problem
from training.progress import Stages
from training.race import Stopped
from training.result import CandidateResult


@dataclass(frozen=True)
class Contest:
    """What each candidate did, and which one was chosen.

    Attributes:
        results: What came of each, in the order in which they were tried.
        chosen: Position of the one to publish.
        performance: What to expect of it on new images, corrected for the choice.
        failed: Candidates that could not be trained on these images, and why; the others are compared without them.
        stopped: Candidates that could not win any more, or that the time was up for.
    """

    results: Sequence[CandidateResult]
    chosen: int
    performance: Performance
    failed: dict[str, str]
    stopped: Sequence[Stopped] = ()

    @property
    def winner(self) -> CandidateResult:
        """What came of the one to publish."""
        return self.results[self.chosen]

    def with_costs(self, costs: Sequence[Mapping[str, float]]) -> "Contest":
        """Return the same contest with what each candidate costs to serve."""
        results = [replace(one, cost=cost) for one, cost in zip(self.results, costs, strict=True)]
        return replace(self, results=results)

    @property
    def scored(self) -> list[Scored]:
        """The scores of each candidate, which the choice is made by."""
        return [one.scored for one in self.results]


def hold(
    names: Sequence[str], problem: Problem, stages: Stages, mend: bool = True, engine: Engine = local.run
) -> Contest:
    """Run the strategies named, and choose among their candidates; with `mend`, ill ones are retrained first.

    Raises:
        TrainingError: None of them may be chosen, or none that may could be trained on these images.
    """
    if not any(strategies.load(name).CHOOSABLE for name in names):
        raise TrainingError(
            f"{' and '.join(names)} is a cautionary baseline and never published. Name another strategy beside it."
        )
    tried = engine(names, problem, stages, mend)
    failed = {name: reason for one in tried for name, reason in one.failed.items()}
    results = [result for one in tried for result in one.results]
    if not any(result.scored.choosable for result in results):
        raise TrainingError(_say_why_nothing(names, failed))
    stopped = [stop for one in tried for stop in one.stopped]
    return Contest(results, *pick([one.scored for one in results], problem), failed, stopped)


def pick(scored: Sequence[Scored], problem: Problem) -> tuple[int, Performance]:
    """Return the position of the candidate to publish, and what to expect of it."""
    chosen = choosing.choose(scored, problem.labels, problem.groups)
    return chosen, choosing.measure(scored, chosen, problem.labels, problem.groups, problem.seed, problem.folds)


def _say_why_nothing(names: Sequence[str], failed: dict[str, str]) -> str:
    """Return what hindered each candidate; without any, whom the strategies are for."""
    if failed:
        return " ".join(f"{name}: {reason}" for name, reason in failed.items())
    offered = "; ".join(f"{name}: {strategies.load(name).SUMMARY.rstrip('.')}" for name in names)
    return f"None of the strategies named has a candidate for these images ({offered}). Name another one."


def table(contest: Contest, labels: NDArray[np.int64]) -> tuple[Compared, ...]:
    """Return one row for each candidate: what it is, what it measured, what it costs; the chosen one is marked."""
    rows = []
    for position, result in enumerate(contest.results):
        one = result.scored
        cost = {name: value for name, value in result.cost.items() if math.isfinite(value)}
        rows.append(
            Compared(
                candidate=one.name,
                chosen=position == contest.chosen,
                choosable=one.choosable,
                summary=strategies.load_maker(one.name).SUMMARY,
                accuracy=float(scores.hits(one.logits, labels).mean()),
                auroc=scores.auroc(one.logits, labels),
                log_loss=float(scores.log_losses(one.logits, labels).mean()),
                brier=float(scores.brier_losses(one.logits, labels).mean()),
                megabytes=cost.get("megabytes", one.megabytes),
                work=one.work,
                seconds=result.seconds,
                settings=result.evaluation.settings,
                milliseconds=cost.get("milliseconds"),
                within_budget=bool(cost["within_budget"]) if "within_budget" in cost else None,
            )
        )
    return tuple(rows)
