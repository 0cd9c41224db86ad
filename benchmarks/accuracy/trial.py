"""One draw: train each strategy on it, choose as training does, and measure on the images that were left out."""

import dataclasses
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artifact.card import Calibration
from benchmarks.accuracy import baselines
from training import strategies
from training.backbone import Cache
from training.contest import hold
from training.evaluation import calibration, scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import default_repeats, split
from training.output import comparison
from training.output.export import export
from training.output.verifying import Scorer
from training.problem.interface import Candidate, Fitted, Problem
from training.progress import Stages
from training.reading import similarity
from training.reading.dataset import Sample, label_array

CHOSEN = "chosen"


@dataclass(frozen=True)
class Row:
    """What one candidate did on the test images of one draw.

    Seconds are of training; milliseconds of one image on one thread of ONNX Runtime, without decoding.
    """

    candidate: str
    accuracy: float
    auroc: float
    log_loss: float
    calibration_error: float
    megabytes: float
    seconds: float
    milliseconds: float = math.nan


@dataclass(frozen=True)
class Asked:
    """What to run on a draw.

    Attributes:
        strategies: Cross-validated, and chosen among, as training does.
        once: Fitted once on all training images, without cross-validation, calibration or a chance to be chosen.
        each: Test every candidate, not the chosen one only.
        invariant: What the label does not depend on.
    """

    strategies: Sequence[str]
    once: Sequence[str] = ()
    each: bool = False
    invariant: frozenset[str] = frozenset()


def run(train: list[Sample], test: list[Sample], asked: Asked, seed: int, cache: Cache) -> Iterator[Row]:
    """Yield a row for each baseline, for what is fitted once, and for the chosen candidate or every one."""
    problem = dataclasses.replace(make_problem(train, seed, cache), invariant=asked.invariant)
    labels = label_array(test)
    for name in baselines.NAMES:
        start = time.process_time()
        together = baselines.features(name, train + test)
        found = baselines.logits(together[: len(train)], problem.labels, together[len(train) :])
        yield _row(name, found, labels, 0.0, time.process_time() - start)
    for name in asked.once:
        for candidate in strategies.load(name).candidates(problem):
            start = time.process_time()
            fitted = candidate.finish()
            yield _tested(candidate, fitted, test, labels, None, time.process_time() - start)
    yield from _compete(problem, test, asked, labels)


def _compete(problem: Problem, test: list[Sample], asked: Asked, labels: NDArray[np.int64]) -> Iterator[Row]:
    """Hold the contest as training does; the seconds are those of the cross-validation and the final fit."""
    contest = hold(asked.strategies, problem, Stages(quiet=True))
    for result in contest.results if asked.each else (contest.winner,):
        candidate, start = result.candidate, time.process_time()
        fitted = candidate.finish()
        seconds = result.seconds + time.process_time() - start
        rules = calibration.fit(result.evaluation.logits, problem.labels, problem.groups)
        row = _tested(candidate, fitted, test, labels, rules, seconds)
        yield row
        if result is contest.winner:
            yield dataclasses.replace(row, candidate=CHOSEN)


def make_problem(samples: list[Sample], seed: int, cache: Cache) -> Problem:
    """Return the problem that training would make of the samples."""
    labels = label_array(samples)
    groups = Groups.of(similarity.group([sample.facts for sample in samples]))
    folds = split(labels, groups, 5, default_repeats(len(labels)), seed)
    weights = np.ones(len(labels), np.float32)
    return Problem(samples, labels, groups, folds, weights, seed, cache=cache)


def _tested(
    candidate: Candidate,
    fitted: Fitted,
    test: list[Sample],
    labels: NDArray[np.int64],
    rules: Calibration | None,
    seconds: float,
) -> Row:
    """Export a finished candidate, and let ONNX Runtime score the test images as the service would."""
    model = export(fitted.network, None)
    scorer = Scorer(model, candidate.spec, threads=1)
    found = np.array([logit for logit, _ in scorer.score_all(test)])
    found = found if rules is None else calibration.apply(found, rules)
    row = _row(candidate.name, found, labels, len(model) / 1e6, seconds)
    return dataclasses.replace(row, milliseconds=comparison.time_one(scorer, candidate.spec))


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
