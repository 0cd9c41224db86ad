"""What more images would bring, on curves that are drawn from a known law."""

import numpy as np
import pytest

from artifact.report.drawing import Expected
from training.evaluation.groups import Groups
from training.evaluation.growth import Level, Measured, extrapolate, weakest

SIZES = np.array([7.0, 14.0, 28.0])
N = 35


def law(images: float | np.ndarray, floor: float, scale: float, exponent: float) -> np.ndarray:
    return np.asarray(floor + scale * np.asarray(images, dtype=float) ** -exponent)


def draw(generator: np.random.Generator, errors: np.ndarray) -> Measured:
    """Each image has a difficulty; a model errs on those that are too hard for it, now and then on others."""
    difficulty = generator.random(N)
    hits = np.stack([1 - np.clip(0.5 + (error - difficulty) / 0.1, 0, 1) for error in errors])
    return Measured(SIZES, hits, Groups.alone(N))


def promise(measured: Measured, targets: list[int]) -> list[Expected]:
    return extrapolate(measured, Level(float(measured.hits[-1].mean()), N / 1.6), 0.5, targets)


@pytest.mark.parametrize("kind", [(0.0, 1.2, 0.6), (0.05, 0.8, 0.7), (0.15, 0.3, 0.5), (0.3, 0.0, 0.5)])
def test_the_interval_holds_the_law_that_a_curve_is_drawn_from(kind: tuple[float, float, float]) -> None:
    generator = np.random.default_rng(0)
    held, off = [], []
    for _ in range(40):
        (one,) = promise(draw(generator, law(SIZES, *kind)), [140])
        true = 1 - float(law(140, *kind))
        held.append(one.low <= true <= one.high)
        off.append(one.value - true)
    assert np.mean(held) >= 0.85  # least where nothing is gained any more, which few sets show
    assert abs(np.mean(off)) < 0.09


def test_a_steep_curve_promises_more_of_more_images_than_a_flat_one() -> None:
    steep, flat = (
        promise(Measured(SIZES, np.repeat(np.array(shares)[:, None], N, axis=1), Groups.alone(N)), [70, 140])
        for shares in ([0.6, 0.72, 0.85], [0.85, 0.85, 0.85])
    )
    assert steep[1].value > flat[1].value + 0.01
    for found in (steep, flat):
        assert 0.85 <= found[0].value <= found[1].value
        assert all(one.low < one.value < one.high <= 1 for one in found)


def test_images_that_are_told_right_alike_in_groups_leave_a_wider_interval() -> None:
    measured = draw(np.random.default_rng(2), law(SIZES, 0.05, 0.8, 0.7))
    alone, grouped = (extrapolate(measured, Level(0.9, worth), 0.5, [70])[0] for worth in (22.0, 6.0))
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_nothing_is_taken_to_be_worse_than_always_giving_one_class() -> None:
    hits = np.full((3, N), 0.8)
    (one,) = extrapolate(Measured(SIZES, hits, Groups.alone(N)), Level(0.8, 5.0), 0.75, [35])
    assert one.low >= 0.75


def test_the_class_that_is_told_wrong_more_often_is_the_one_to_add_to() -> None:
    labels = np.repeat([0, 1], 20)
    few_wrong = np.where(np.arange(40) < 8, 0.0, 1.0)  # 8 of 20 of the first class
    assert weakest(few_wrong, labels, 1.0) == 0
    assert weakest(few_wrong[::-1], labels, 1.0) == 1
    assert weakest(few_wrong, labels, 4.0) is None  # worth a quarter as many
    assert weakest(np.ones(40), labels, 1.0) is None
