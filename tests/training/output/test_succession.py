"""When a new version is clearly worse than the one that is served."""

import pytest

from artifact.card import Classes
from artifact.report.estimate import Estimate, Measure
from training.output.succession import Served, why_worse


def estimate(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(Measure(value, low, high))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            estimate(0.97, 0.84, 1.0),
            estimate(0.48, 0.2, 0.77),
            "about 48 of 100 new photos told right, where version 3 tells about 97",
        ),
        (estimate(0.97, 0.84, 1.0), estimate(0.86, 0.7, 0.94), None),  # the intervals meet
        (estimate(0.48, 0.2, 0.77), estimate(0.97, 0.84, 1.0), None),  # better
        (Estimate(), estimate(0.48, 0.2, 0.77), None),
        (estimate(0.97, None, None), estimate(0.48, 0.2, 0.77), None),
    ],
)
def test_only_intervals_that_do_not_meet_are_clear(old: Estimate, new: Estimate, said: str | None) -> None:
    assert why_worse(Served("bees", "3", Classes("ants", "bees"), old), new) == said


def test_the_first_version_is_worse_than_none() -> None:
    assert why_worse(None, estimate(0.5, 0.3, 0.7)) is None
