"""The labels are shuffled within folds, and what the screen stops is compared with what it would have brought."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from benchmarks.training import screening
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.problem.interface import Evaluation, Fitted, Problem

N = 40
SPEC = ImageSpec(8, 8)
LABELS = np.arange(N) % 2
TRUTH = np.where(LABELS == 1, 4.0, -4.0)


@dataclass(frozen=True)
class Fixed:
    """It gives the same logits whatever the labels; where it is raced, it asks first."""

    name: str
    problem: Problem
    logits: NDArray[np.float64] = field(repr=False)
    spec: ImageSpec = SPEC
    megabytes: float = 1.0
    work: float = 1.0

    def evaluate(self) -> Evaluation:
        lost = self.problem.is_raced and self.problem.is_lost(self.logits[None])
        return Evaluation(self.logits[None], (), flattered=lost)

    def finish(self) -> Fitted:
        raise AssertionError("a comparison finishes nothing")


def _problem() -> Problem:
    groups = Groups.alone(N)
    return Problem((), LABELS, groups, split(LABELS, groups, 5, 1, 0), np.ones(N, np.float32), 1)


def test_a_shuffle_keeps_the_classes_of_every_fold_and_forgets_whose_they_are() -> None:
    problem = _problem()
    shuffled = screening.shuffle(problem, np.random.default_rng(3))
    assert (shuffled.labels != LABELS).sum() > N / 4
    for fold in problem.folds:
        assert shuffled.labels[fold.validation].sum() == LABELS[fold.validation].sum()


def test_what_cannot_win_is_stopped_and_the_same_is_chosen_and_said_without_it() -> None:
    problem = _problem()
    noise = np.random.default_rng(5).normal(size=N)
    trial = screening.compare([Fixed("head", problem, TRUTH + noise)], Fixed("screened", problem, noise), problem)
    assert trial.was_stopped
    assert trial.with_stopping.chosen == trial.without.chosen == "head"
    assert trial.with_stopping.accuracy == 1.0

    spared = screening.compare([Fixed("head", problem, noise)], Fixed("screened", problem, TRUTH + noise), problem)
    assert not spared.was_stopped
    assert spared.with_stopping == spared.without
    lines = screening.table([trial, spared], LABELS)
    assert lines[:3] == ["shuffles: 2", "the autoencoder was stopped: 1", "the same candidate was chosen: 2"]
