"""Evaluate every candidate on the same folds, and choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training import strategies
from training.diagnosis import mending
from training.diagnosis.mending import Mended
from training.errors import TrainingError
from training.evaluation import calibration, choosing, scores
from training.evaluation.choosing import Performance, Scored
from training.progress import Stages
from training.strategies.interface import Candidate, Evaluation, Problem


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
    """

    candidates: Sequence[Candidate]
    mended: Sequence[Mended]
    scored: Sequence[Scored]
    seconds: Sequence[float]
    chosen: int
    performance: Performance
    failed: dict[str, str]

    @property
    def evaluations(self) -> Sequence[Evaluation]:
        """The out-of-fold result of each candidate."""
        return [one.evaluation for one in self.mended]


def hold(names: Sequence[str], problem: Problem, stages: Stages, mend: bool = True) -> Contest:
    """Run the strategies named, and choose among their candidates; with `mend`, ill ones are retrained first.

    Raises:
        TrainingError: None of them may be chosen, or none that may could be trained on these images.
    """
    tried = {name: strategies.load(name) for name in names}
    if not any(strategy.CHOOSABLE for strategy in tried.values()):
        raise TrainingError(
            f"{' and '.join(names)} is a cautionary baseline and never published. Name another strategy beside it."
        )
    entries: list[tuple[Mended, Scored, float]] = []
    failed: dict[str, str] = {}
    for name, strategy in tried.items():
        with stages.stage(f"Preparing {name}", len(problem.samples)) as advance:
            prepared = strategy.candidates(problem.advancing(advance))
        for candidate in prepared:
            try:
                entries.append(_enter(candidate, strategy.CHOOSABLE, stages, mend))
            except TrainingError as error:
                failed[candidate.name] = str(error)
    if not any(scored.choosable for _, scored, _ in entries):
        raise TrainingError(" ".join(f"{name}: {reason}" for name, reason in failed.items()))
    mended, rivals, seconds = zip(*entries, strict=True)
    chosen = choosing.choose(rivals, problem.labels, problem.groups)
    performance = choosing.measure(rivals, chosen, problem.labels, problem.groups, problem.seed)
    return Contest([one.candidate for one in mended], mended, rivals, seconds, chosen, performance, failed)


def _enter(candidate: Candidate, choosable: bool, stages: Stages, mend: bool) -> tuple[Mended, Scored, float]:
    """Cross-validate one candidate; return what came of it, its calibrated scores, and the seconds that it took."""
    problem, title = candidate.problem, f"Cross-validating {candidate.name}"
    with stages.stage(title):
        one = mending.evaluate(candidate, mend)
        calibrated = calibration.cross(one.evaluation.logits, problem.labels, problem.folds)
    return one, Scored(candidate.name, calibrated, candidate.megabytes, choosable), stages.seconds[title]


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
