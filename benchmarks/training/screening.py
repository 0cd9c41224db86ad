"""Whether stopping an autoencoder after one encoder leaves the choice and its estimate as they are, on shuffled labels.

`python -m benchmarks.training.screening [DATA_DIR] [--shuffles 50]` takes the features and trains the encoders of every
fold of the images once (an encoder sees no labels), and then shuffles the labels within each fold, again and again, so
that nothing can be learned. Each time the heads and the autoencoder are compared twice: as training does, which stops
an autoencoder that cannot win with an encoder that has seen every image, and with every fold evaluated. It prints how
often it was stopped, how often the same candidate was chosen, and what was said of it, beside the truth: chance.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import contest, strategies
from training.evaluation import calibration
from training.evaluation.choosing import Scored
from training.gathering import gather
from training.options import parse
from training.pipeline import make_problem
from training.problem.interface import Candidate, Problem
from training.progress import Stages
from training.race import Race

HEADS = ("pretrained", "edges")
SCREENED = "autoencoder"


@dataclass(frozen=True)
class Said:
    """What came of one way to compare: the candidate that was chosen, and the corrected estimates of it."""

    chosen: str
    accuracy: float
    low: float
    log_loss: float


@dataclass(frozen=True)
class Trial:
    """One shuffle of the labels."""

    was_stopped: bool
    with_stopping: Said
    without: Said


def shuffle(problem: Problem, generator: np.random.Generator) -> Problem:
    """Return the problem with its labels permuted within each fold's validation images, so that folds stay alike."""
    labels = problem.labels.copy()
    for fold in problem.folds:
        labels[fold.validation] = generator.permutation(labels[fold.validation])
    return replace(problem, labels=labels)


def compare(heads: Sequence[Candidate], screened: Candidate, problem: Problem) -> Trial:
    """Compare candidates on a problem, with and without stopping the one that is screened."""
    race = Race(problem.labels, problem.groups)
    scored = []
    for head in heads:
        one = replace(head, problem=problem)
        scored.append(_score(one, one.evaluate().logits, problem))
        race.enter(scored[-1], is_head=True)
    stopped = replace(screened, problem=replace(problem, is_lost=race.is_lost)).evaluate().was_stopped
    whole = replace(screened, problem=problem)
    every = [*scored, _score(whole, whole.evaluate().logits, problem)]
    return Trial(stopped, _say(scored if stopped else every, problem), _say(every, problem))


def table(trials: Sequence[Trial], labels: NDArray[np.int64]) -> list[str]:
    """Return what was found, a line for each number."""
    same = sum(one.with_stopping.chosen == one.without.chosen for one in trials)
    guess = max(labels.mean(), 1 - labels.mean())
    lines = [
        f"shuffles: {len(trials)}",
        f"the autoencoder was stopped: {sum(one.was_stopped for one in trials)}",
        f"the same candidate was chosen: {same}",
        f"| {' | '.join(('', 'with stopping', 'without', 'truth'))} |",
        f"| {' | '.join(['---'] * 4)} |",
    ]
    ways = [[one.with_stopping for one in trials], [one.without for one in trials]]
    for name, truth in (("accuracy", f"at most {guess:.3f}"), ("log_loss", f"at least {np.log(2):.3f}")):
        cells = [_mean([getattr(said, name) for said in way]) for way in ways]
        lines.append(f"| {name.replace('_', ' ')}, mean | {' | '.join(cells)} | {truth} |")
    missed = [f"{sum(said.low > guess for said in way)}" for way in ways]
    lines.append(f"| intervals above guessing | {' | '.join(missed)} | at most {0.025 * len(trials):.1f} |")
    return lines


def main() -> int:
    """Shuffle, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.screening", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="of images; without it, the built-in example")
    parser.add_argument("--shuffles", type=int, default=50)
    asked = parser.parse_args()
    settings = parse([*([str(asked.folder)] if asked.folder else []), "--repeats", "1"])
    problem = make_problem(settings, gather(settings, Stages(quiet=True)))
    heads = [one for name in HEADS for one in strategies.load(name).candidates(problem)]
    (screened,) = strategies.load(SCREENED).candidates(problem)
    generator = np.random.default_rng(problem.seed)
    trials: list[Trial] = []
    for number in range(asked.shuffles):
        trials.append(compare(heads, screened, shuffle(problem, generator)))
        print(f"{number + 1}: {trials[-1]}", file=sys.stderr)
    print("\n".join(table(trials, problem.labels)))
    return 0


def _score(candidate: Candidate, logits: NDArray[np.float64], problem: Problem) -> Scored:
    calibrated = calibration.cross(logits, problem.labels, problem.folds, problem.groups)
    return Scored(candidate.name, calibrated, candidate.megabytes)


def _say(scored: Sequence[Scored], problem: Problem) -> Said:
    chosen, performance = contest.pick(scored, problem)
    accuracy = performance.accuracy
    return Said(scored[chosen].name, accuracy.value, accuracy.low, performance.log_loss.value)


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ± {np.std(values) / np.sqrt(len(values)):.3f}"


if __name__ == "__main__":
    sys.exit(main())
