"""Try strategies one after the other in this process."""

from collections.abc import Sequence

from training import strategies
from training.diagnosis import mending
from training.engines.interface import Entry, Tried
from training.errors import TrainingError
from training.evaluation import calibration
from training.evaluation.choosing import Scored
from training.progress import Stages
from training.strategies.interface import Candidate, Problem


def run(names: Sequence[str], problem: Problem, stages: Stages, mend: bool) -> Sequence[Tried]:
    """Return what came of each strategy, in the order of the names; raises `TrainingError`."""
    return [try_strategy(name, problem, stages, mend) for name in names]


def try_strategy(name: str, problem: Problem, stages: Stages, mend: bool) -> Tried:
    """Prepare a strategy's candidates and cross-validate each; with `mend`, ill ones are retrained first."""
    strategy = strategies.load(name)
    try:
        with stages.stage(f"Preparing {name}", len(problem.samples)) as advance:
            prepared = strategy.candidates(problem.advancing(advance))
    except TrainingError as error:
        return Tried((), {name: str(error)})
    entries: list[Entry] = []
    failed: dict[str, str] = {}
    for candidate in prepared:
        try:
            entries.append(_enter(candidate, strategy.CHOOSABLE, stages, mend))
        except TrainingError as error:
            failed[candidate.name] = str(error)
    return Tried(tuple(entries), failed)


def _enter(candidate: Candidate, choosable: bool, stages: Stages, mend: bool) -> Entry:
    problem, title = candidate.problem, f"Cross-validating {candidate.name}"
    with stages.stage(title):
        one = mending.evaluate(candidate, mend)
        calibrated = calibration.cross(one.evaluation.logits, problem.labels, problem.folds, problem.told_groups)
    scored = Scored(candidate.name, calibrated, candidate.megabytes, choosable)
    return Entry(one, scored, stages.seconds[title])
