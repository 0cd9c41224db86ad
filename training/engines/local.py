"""Try strategies one after the other in this process."""

import gc
import sys
from collections.abc import Sequence
from dataclasses import replace

from artifact.freed_memory import give_back
from training import strategies
from training.diagnosis import mending
from training.engines.interface import Tried
from training.errors import TrainingError
from training.evaluation import calibration
from training.evaluation.choosing import Scored
from training.problem.interface import Candidate, Problem, release
from training.progress import Stages
from training.race import Race, Stopped
from training.result import CandidateResult


def run(
    names: Sequence[str],
    problem: Problem,
    stages: Stages,
    mend: bool,
    until: float | None = None,
    stops: bool = False,
) -> Sequence[Tried]:
    """Return what came of each strategy, in the order of the names.

    Args:
        names: The strategies.
        problem: What to learn.
        stages: Show what is done.
        mend: Whether ill candidates are retrained.
        until: As in `Race`.
        stops: As in `Race`.

    Raises:
        TrainingError: A strategy cannot be loaded.
    """
    race = Race(problem.labels, problem.groups, until, stops)
    tried = []
    for number, name in enumerate(names, 1):
        with stages.within(f"{number} of {len(names)}: " if len(names) > 1 else ""):
            tried.append(try_strategy(name, problem, stages, mend, race))
            _give_back()
    return tried


def _give_back() -> None:
    """Give back what a strategy leaves; what Keras makes refers to itself, and waits for Python to look for such."""
    if "tensorflow" in sys.modules:
        gc.collect()
    give_back()


def try_strategy(name: str, problem: Problem, stages: Stages, mend: bool, race: Race | None = None) -> Tried:
    """Prepare a strategy's candidates and cross-validate each; with `mend`, ill ones are retrained first."""
    race = race or Race(problem.labels, problem.groups, stops=False)
    if race.is_over():
        return Tried((), {}, (Stopped(name, "The time was up before it was begun."),))
    strategy = strategies.load(name)
    try:
        with stages.stage(f"Preparing {name}", len(problem.samples)) as advance:
            if strategy.CHOOSABLE and race.may_stop:  # others are asked for to be seen
                problem = replace(problem, is_lost=race.is_lost)
            prepared = strategy.candidates(problem.advancing(advance))
    except TrainingError as error:
        return Tried((), {name: str(error)})
    results: list[CandidateResult] = []
    failed: dict[str, str] = {}
    stopped: list[Stopped] = []
    for candidate in prepared:
        try:
            found = _enter(candidate, strategy.CHOOSABLE, stages, mend, race)
        except TrainingError as error:
            failed[candidate.name] = str(error)
        else:
            if isinstance(found, CandidateResult):
                results.append(found)
            else:
                stopped.append(found)
    return Tried(tuple(results), failed, tuple(stopped))


def _enter(candidate: Candidate, choosable: bool, stages: Stages, mend: bool, race: Race) -> CandidateResult | Stopped:
    problem, title = candidate.problem, f"Cross-validating {candidate.name}"
    if race.is_over():
        return Stopped(candidate.name, "The time was up before it was begun.")
    with stages.stage(title):
        one = mending.evaluate(candidate, mend)
        if one.evaluation.was_stopped:
            return race.describe(candidate.name, one.evaluation)
        calibrated = calibration.cross(one.evaluation.logits, problem.labels, problem.folds, problem.groups)
    scored = Scored(candidate.name, calibrated, candidate.megabytes, choosable, candidate.work)
    is_head = strategies.maker(candidate.name) in strategies.HEADS
    race.enter(scored, is_head)
    if race.stops and not is_head and not race.would_win(scored):  # else all are wanted again
        release(one.candidate)
    return CandidateResult(one, scored, stages.seconds[title])
