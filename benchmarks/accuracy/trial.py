"""One draw: train each strategy on it, choose as training does, and measure on the images that were left out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import baselines
from training.backbone import Cache
from training.contest import Contest, hold
from training.evaluation import calibration, scores
from training.evaluation.splitting import default_repeats, split
from training.pixels import outputs_of
from training.progress import Stages
from training.reading import similarity
from training.reading.dataset import Sample, label_array
from training.strategies.interface import Problem

CHOSEN = "chosen"


@dataclass(frozen=True)
class Row:
    """What one candidate did on the test images of one draw."""

    candidate: str
    accuracy: float
    auroc: float
    log_loss: float
    calibration_error: float
    megabytes: float
    seconds: float


def run(
    train: list[Sample], test: list[Sample], strategies: Sequence[str], seed: int, cache: Cache, each: bool
) -> Iterator[Row]:
    """Yield a row for each baseline, for the chosen candidate, and with `each` for every candidate."""
    problem = make_problem(train, seed, cache)
    labels = label_array(test)
    for name in baselines.NAMES:
        start = time.perf_counter()
        together = baselines.features(name, train + test)
        found = baselines.logits(together[: len(train)], problem.labels, together[len(train) :])
        yield _row(name, found, labels, 0.0, time.perf_counter() - start)
    contest = hold(strategies, problem, Stages(quiet=True))
    for position in range(len(contest.candidates)) if each else (contest.chosen,):
        found = _finish(contest, position, problem, test)
        candidate, seconds = contest.candidates[position], contest.seconds[position]
        row = _row(candidate.name, found, labels, candidate.megabytes, seconds)
        yield row
        if position == contest.chosen:
            yield Row(CHOSEN, *list(vars(row).values())[1:])


def make_problem(samples: list[Sample], seed: int, cache: Cache) -> Problem:
    """Return the problem that training would make of the samples."""
    labels = label_array(samples)
    groups = similarity.group([sample.facts for sample in samples])
    folds = split(labels, groups, 5, default_repeats(len(labels)), seed)
    weights = np.ones(len(labels), np.float32)
    return Problem(samples, labels, groups, folds, weights, seed, cache=cache)


def _finish(contest: Contest, position: int, problem: Problem, test: list[Sample]) -> NDArray[np.float64]:
    candidate = contest.candidates[position]
    fitted = candidate.finish()
    rules = calibration.fit(contest.evaluations[position].logits, problem.labels)
    found = outputs_of(fitted.network, test, candidate.spec, "logit").astype(np.float64)
    return calibration.apply(found, rules)


def _row(name: str, found: NDArray[np.float64], labels: NDArray[np.int64], megabytes: float, seconds: float) -> Row:
    logits = found[None]
    return Row(
        candidate=name,
        accuracy=float(scores.hits(logits, labels).mean()),
        auroc=scores.auroc(logits, labels),
        log_loss=float(scores.log_losses(logits, labels).mean()),
        calibration_error=scores.calibration_error(scores.sigmoid(found), labels, bins=10),
        megabytes=megabytes,
        seconds=seconds,
    )
