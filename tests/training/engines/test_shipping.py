"""A problem travels with its images, and arrives as it was."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from training.engines import shipping
from training.evaluation.groups import Groups
from training.problem.interface import Problem
from training.reading.dataset import Sample


@pytest.fixture
def problem(make_sample: Callable[..., Sample]) -> Problem:
    samples = [make_sample(number, number % 2, brightness=100 + 20 * number) for number in range(4)]
    return Problem(
        samples=samples[:3],
        labels=np.array([0, 1, 0]),
        groups=Groups.alone(3),
        folds=(),
        sample_weights=np.ones(3, np.float32),
        seed=1,
        unlabelled=samples[3:],
    )


def test_every_image_arrives_whole_and_in_its_place(problem: Problem) -> None:
    crate, block = shipping.pack(problem)
    arrived = shipping.unpack(pickle.loads(pickle.dumps(crate)), block)
    for before, after in ((problem.samples, arrived.samples), (problem.unlabelled, arrived.unlabelled)):
        assert [one.read() for one in after] == [one.read() for one in before]
        assert [one.file for one in after] == [one.file for one in before]
    assert (arrived.labels == problem.labels).all()


def test_the_crate_holds_no_image(problem: Problem) -> None:
    crate, block = shipping.pack(problem)
    assert block.size == sum(len(one.read()) for one in (*problem.samples, *problem.unlabelled))
    for sample in problem.samples:
        assert sample.read()[40:80] not in pickle.dumps(crate)


def test_a_file_that_is_gone_is_the_readers_error(problem: Problem) -> None:
    def gone() -> bytes:
        raise FileNotFoundError(2, "No such file", "photo.jpg")

    object.__setattr__(problem.samples[1], "read", gone)
    with pytest.raises(OSError, match=r"photo\.jpg"):
        shipping.pack(problem)
