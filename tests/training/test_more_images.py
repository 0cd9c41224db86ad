"""What more images would bring, by a candidate that takes no time."""

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from artifact.card import Classes
from artifact.report.growth import MoreImages
from artifact.report.section import Report
from tests.training import brightness
from training import contest, more_images
from training.contest import Contest
from training.evaluation.groups import Groups
from training.evaluation.splitting import split
from training.problem.interface import Problem
from training.progress import Stages
from training.reading.dataset import Dataset
from training.reading.grouping import Grouping


@pytest.fixture
def measure(make_sample: Any, stand_in: Any) -> Any:
    """Train on dark and bright images, whose brightness overlaps a little, and measure."""

    def run(images: int = 48, contrast: float = 3.0, group: int = 1, **changed: Any) -> tuple[Contest, MoreImages]:
        labels = np.arange(images) % 2
        shades = 128 + np.random.default_rng(4).normal(0, 12, images) + contrast * 6 * (labels - 0.5)
        samples = [make_sample(row, int(labels[row]), brightness=shade) for row, shade in enumerate(shades)]
        groups = Groups.of(np.arange(images) // 2 // group * 2 + labels)
        problem = Problem(samples, labels, groups, split(labels, groups, 4, 3, 0), np.ones(images, np.float32), 0)
        held = contest.hold([brightness.NAME], problem, Stages(quiet=True))
        train = tuple(dataclasses.replace(one, doubted=changed.get("doubted")) for one in samples)
        dataset = Dataset(Classes("no", "yes"), train, (), doubt=Grouping("file", "looks", suspected=True))
        gathered: Any = SimpleNamespace(why_withheld=changed.get("why_withheld"), dataset=dataset)
        fitted = held.winner.candidate.finish()
        if "network" in changed:
            fitted = dataclasses.replace(fitted, network=changed["network"])
        return held, more_images.measure(held, fitted, gathered, changed.get("time_is_up", False))

    return run


def test_fewer_images_of_the_same_folds_are_measured_and_more_are_promised(measure: Any) -> None:
    """The oracle of the largest size is the evaluation itself."""
    held, found = measure()
    problem = held.winner.candidate.problem
    sizes, shares = zip(*((one.images, one.accuracy) for one in found.measured), strict=True)
    assert sizes == pytest.approx((9.0, 18.0, 36.0), abs=1)
    right = (held.winner.evaluation.logits > 0) == (problem.labels == 1)
    assert shares[-1] == pytest.approx(right.mean())
    assert 0.5 < shares[0] <= 1.0
    assert [one.images for one in found.expected] == [96, 240]
    now = held.performance.accuracy.value
    assert all(now <= one.value < one.high for one in found.expected)


def test_groups_widen_what_is_promised(measure: Any) -> None:
    alone, grouped = (measure(contrast=6.0, group=size)[1].expected[0] for size in (1, 3))
    assert grouped.high - grouped.low > alone.high - alone.low
    assert grouped.low < alone.low


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"why_withheld": "Too few."}, "nothing can be promised"),
        ({"doubted": "scene"}, "until it is said whether the images belong together by how alike they look"),
        ({"contrast": 0.0}, "do not show that anything was learned"),
        ({"network": SimpleNamespace(spec=brightness.SPEC)}, "trained anew for each point"),
        ({"images": 10}, "from 5 separate images of a class; it takes 6"),
        ({"time_is_up": True}, "the time was up"),
    ],
)
def test_what_cannot_be_told_says_why(measure: Any, changed: dict[str, Any], why: str) -> None:
    found = measure(**changed)[1]
    assert why in (found.unknown or "")
    assert more_images.section(found, Report({})).summary == found.unknown
    assert found.expected == ()
