"""Evaluate every candidate on the same folds, and choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training import strategies
from training.diagnosis.mending import Mended
from training.engines import local
from training.engines.interface import Engine
from training.errors import TrainingError
from training.evaluation import choosing, scores
from training.evaluation.choosing import Scored
from training.evaluation.performance import Performance
from training.problem.interface import Candidate, Evaluation, Problem
from training.progress import Stages
from training.race import Stopped


@dataclass(frozen=True)
class Contest:
    """What each candidate did, and which one was chosen.

    Attributes:
        candidates: In the order in which they were tried.
        mended: Their out-of-fold results, and the attempts that the doctor asked for.
        scored: Their calibrated out-of-fold logits; each fold is calibrated on the others.
        seconds: What each took to evaluate.
        chosen: Position of the one to publish.
        performance: What to expect of it on new images, corrected for the choice.
        failed: Candidates that could not be trained on these images, and why; the others are compared without them.
        stopped: Candidates that could not win any more, or that the time was up for.
    """

    candidates: Sequence[Candidate]
    mended: Sequence[Mended]
    scored: Sequence[Scored]
    seconds: Sequence[float]
    chosen: int
    performance: Performance
    failed: dict[str, str]
    stopped: Sequence[Stopped] = ()

    @property
    def evaluations(self) -> Sequence[Evaluation]:
        """The out-of-fold result of each candidate."""
        return [one.evaluation for one in self.mended]


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
    entries = [entry for one in tried for entry in one.entries]
    if not any(entry.scored.choosable for entry in entries):
        raise TrainingError(_say_why_nothing(names, failed))
    mended = [entry.mended for entry in entries]
    rivals = [entry.scored for entry in entries]
    seconds = [entry.seconds for entry in entries]
    chosen = choosing.choose(rivals, problem.labels, problem.groups)
    performance = choosing.measure(
        rivals, chosen, problem.labels, problem.groups, problem.seed, problem.duplicates, problem.folds
    )
    stopped = [stop for one in tried for stop in one.stopped]
    return Contest([one.candidate for one in mended], mended, rivals, seconds, chosen, performance, failed, stopped)


def _say_why_nothing(names: Sequence[str], failed: dict[str, str]) -> str:
    """Return what hindered each candidate; without any, whom the strategies are for."""
    if failed:
        return " ".join(f"{name}: {reason}" for name, reason in failed.items())
    offered = "; ".join(f"{name}: {strategies.load(name).SUMMARY.rstrip('.')}" for name in names)
    return f"None of the strategies named has a candidate for these images ({offered}). Name another one."


def table(contest: Contest, labels: NDArray[np.int64]) -> list[dict[str, object]]:
    """Return one row for each candidate: what it is, what it measured, what it costs; the chosen one is marked."""
    rows = []
    for position, one in enumerate(contest.scored):
        rows.append(
            {
                "candidate": one.name,
                "chosen": position == contest.chosen,
                "choosable": one.choosable,
                "summary": strategies.load_maker(one.name).SUMMARY,
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
