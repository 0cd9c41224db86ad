"""Evaluate every candidate on the same folds, and choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training import calibration, choosing, scores, strategies
from training.choosing import Performance, Scored
from training.errors import TrainingError
from training.progress import Stages
from training.strategies.interface import Candidate, Evaluation, Problem


@dataclass(frozen=True)
class Contest:
    """What each candidate did, and which one was chosen.

    Attributes:
        candidates: In the order in which they were tried.
        evaluations: Their out-of-fold results.
        scored: Their calibrated out-of-fold logits; each fold is calibrated on the others.
        seconds: What each took to evaluate.
        chosen: Position of the one to publish.
        performance: What to expect of it on new images, corrected for the choice.
    """

    candidates: Sequence[Candidate]
    evaluations: Sequence[Evaluation]
    scored: Sequence[Scored]
    seconds: Sequence[float]
    chosen: int
    performance: Performance


def hold(names: Sequence[str], problem: Problem, stages: Stages) -> Contest:
    """Run the strategies named, and choose among their candidates.

    Raises:
        TrainingError: None of them may be chosen, or one cannot run on these images.
    """
    candidates: list[Candidate] = []
    evaluations: list[Evaluation] = []
    scored: list[Scored] = []
    seconds: list[float] = []
    for name in names:
        strategy = strategies.load(name)
        with stages.stage(f"Preparing {name}", len(problem.samples)) as advance:
            prepared = strategy.candidates(problem.advancing(advance))
        for candidate in prepared:
            title = f"Cross-validating {candidate.name}"
            with stages.stage(title):
                evaluation = candidate.evaluate()
                calibrated = calibration.cross(evaluation.logits, problem.labels, problem.folds)
            candidates.append(candidate)
            evaluations.append(evaluation)
            scored.append(Scored(candidate.name, calibrated, candidate.megabytes, strategy.CHOOSABLE))
            seconds.append(stages.seconds[title])
    if not any(one.choosable for one in scored):
        raise TrainingError(
            f"{' and '.join(names)} is a cautionary baseline and never published. Name another strategy beside it."
        )
    chosen = choosing.choose(scored, problem.labels, problem.groups)
    performance = choosing.measure(scored, chosen, problem.labels, problem.groups, problem.seed)
    return Contest(candidates, evaluations, scored, seconds, chosen, performance)


def table(contest: Contest, labels: NDArray[np.int64]) -> list[dict[str, object]]:
    """Return one row for each candidate: what it is, what it measured, what it costs; the chosen one is marked."""
    rows = []
    for position, one in enumerate(contest.scored):
        rows.append(
            {
                "candidate": one.name,
                "chosen": position == contest.chosen,
                "choosable": one.choosable,
                "accuracy": float(scores.hits(one.logits, labels).mean()),
                "auroc": scores.auroc(one.logits, labels),
                "log_loss": float(scores.log_losses(one.logits, labels).mean()),
                "brier": float(scores.brier_losses(one.logits, labels).mean()),
                "megabytes": one.megabytes,
                "seconds": contest.seconds[position],
                "settings": contest.evaluations[position].settings,
            }
        )
    return rows
