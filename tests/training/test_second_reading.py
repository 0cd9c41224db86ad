"""The estimate under both readings, where a clue is not sure."""

import dataclasses
import re
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from artifact.card import Classes
from artifact.report.section import plain
from tests.there import there
from tests.training import brightness
from training import contest, second_reading
from training.contest import Contest
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.problem.interface import Problem
from training.progress import Stages
from training.reading.dataset import Dataset, Sample
from training.reading.grouping import Grouping
from training.settings import Settings


@pytest.fixture
def held(make_sample: Callable[..., Sample], stand_in: ModuleType) -> Callable[..., tuple[Contest, Dataset]]:
    """Train on 48 images of 12 cameras, or of fewer, which tell nothing but their camera's brightness."""

    def hold(cameras: int = 12) -> tuple[Contest, Dataset]:
        shades = np.random.default_rng(3).integers(60, 190, cameras)
        names = np.arange(48) % cameras
        samples = tuple(
            dataclasses.replace(make_sample(row, int(name) % 2, brightness=int(shades[name])), doubted=f"c{name}")
            for row, name in enumerate(names)
        )
        data = Dataset(Classes("no", "yes"), samples, (), doubt=Grouping("file", "camera", suspected=True))
        labels = names % 2
        folds = split(labels, Groups.alone(48), 4, 2, 0)
        problem = Problem(samples, labels, Groups.alone(48), folds, np.ones(48, np.float32), 0)
        return contest.hold([brightness.NAME], problem, Stages(quiet=True)), data

    return hold


def test_both_estimates_are_measured_and_said(held: Callable[..., tuple[Contest, Dataset]]) -> None:
    """The oracle splits by camera by hand, and fits the middle between the classes in each fold."""
    run, data = held()
    found = there(second_reading.read(run, data, Settings(folds=4, repeats=2, seed=0)))
    cameras = np.array([int(there(sample.doubted)[1:]) for sample in data.train])
    candidate = run.winner.candidate
    assert isinstance(candidate, brightness.Brightness)
    values, labels = candidate.brightness, candidate.problem.labels
    right = []
    for fold in split(labels, Groups.of(cameras), 4, 2, 0):
        assert not set(cameras[fold.train]) & set(cameras[fold.validation])
        middle = np.mean([values[fold.train][labels[fold.train] == label].mean() for label in (0, 1)])
        right += list((values[fold.validation] > middle) == (labels[fold.validation] == 1))
    estimate = there(found.performance).accuracy
    assert estimate.value == pytest.approx(np.mean(right), abs=0.06)  # each fold is calibrated
    assert estimate.high - estimate.low > 0.3  # of cameras, not of images
    (warning,) = second_reading.warn(found, run, data)
    one, other = run.performance.accuracy.value, estimate.value
    assert re.search(
        f"12 cameras.*expect about {100 * other:.0f} of 100 .*estimate of about {100 * one:.0f} of 100 ",
        warning.summary,
    )
    assert "--groups file:camera" in warning.summary
    assert there(there(second_reading.section(found, data)).accuracy).value == other


def test_too_few_cameras_would_promise_nothing(held: Callable[..., tuple[Contest, Dataset]]) -> None:
    run, data = held(cameras=4)
    found = there(second_reading.read(run, data, Settings()))
    assert found.performance is None
    assert "nothing can be promised of new cameras" in second_reading.warn(found, run, data)[0].summary
    assert "accuracy" not in plain(second_reading.section(found, data))


def test_without_a_doubt_there_is_one_reading(held: Callable[..., tuple[Contest, Dataset]]) -> None:
    run, data = held()
    sure = dataclasses.replace(data, doubt=None)
    assert second_reading.read(run, sure, Settings()) is None
    assert second_reading.warn(None, run, sure) == []
    assert second_reading.section(None, sure) is None
