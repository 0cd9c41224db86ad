from collections.abc import Sequence

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from tests.there import there
from training.errors import TrainingError
from training.fitting import augmenting, invariants

SEED = np.array([3, 7], np.int32)
NAMES = list(invariants.INVARIANTS)


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(0, 255, (12, 20, 30, 3)).astype(np.float32)


def vary(names: Sequence[str], images: NDArray[np.floating], seed: NDArray[np.int32] = SEED) -> NDArray[np.float32]:
    return np.asarray(there(augmenting.build(names))(tf.constant(images), seed))


@pytest.mark.parametrize("name", NAMES)
def test_keeps_shape_and_range_and_changes_something(images: NDArray[np.float32], name: str) -> None:
    varied = vary([name], images)
    assert varied.shape == images.shape
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 255.001
    assert not np.allclose(varied, images)


@pytest.mark.parametrize("name", NAMES)
def test_seed_decides(images: NDArray[np.float32], name: str) -> None:
    np.testing.assert_array_equal(vary([name], images), vary([name], images))
    assert not np.array_equal(vary([name], images), vary([name], images, SEED + 1))


def test_nothing_declared_varies_nothing() -> None:
    assert augmenting.build([]) is None


def test_unknown_name_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(TrainingError, match=r"wobble.*hflip"):
        augmenting.build(["hflip", "wobble"])


@pytest.mark.parametrize(("name", "axis"), [("hflip", 2), ("vflip", 1)])
def test_flip_turns_some_images_over_and_leaves_the_others(images: NDArray[np.float32], name: str, axis: int) -> None:
    varied = vary([name], images)
    over = [np.array_equal(one, whole) for one, whole in zip(varied, np.flip(images, axis), strict=True)]
    same = [np.array_equal(one, whole) for one, whole in zip(varied, images, strict=True)]
    assert any(over)
    assert any(same)
    assert all(np.logical_xor(over, same))


def test_declared_alone_is_all_that_varies(images: NDArray[np.float32]) -> None:
    """Mirroring keeps every row's values; lightening keeps differences between neighbours that were not clipped."""
    np.testing.assert_array_equal(np.sort(vary(["hflip"], images), axis=2), np.sort(images, axis=2))
    middling = 100 + images / 10
    steps = vary(["brightness"], middling) - middling
    assert np.ptp(steps, axis=(1, 2, 3)).max() < 1e-3
    assert len(np.unique(steps.mean(axis=(1, 2, 3)).round(3))) == len(images)


def test_contrast_keeps_the_mean(images: NDArray[np.float32]) -> None:
    middling = 110 + images / 20
    varied = vary(["contrast"], middling)
    np.testing.assert_allclose(varied.mean(axis=(1, 2, 3)), middling.mean(axis=(1, 2, 3)), rtol=1e-4)
    ratio = varied.std(axis=(1, 2, 3)) / middling.std(axis=(1, 2, 3))
    assert ratio.min() >= 1 / invariants.MOST_CONTRAST - 1e-3
    assert ratio.max() <= invariants.MOST_CONTRAST + 1e-3


def test_rotation_turns_about_the_centre_by_a_bounded_angle() -> None:
    """A dot right of the centre stays at its distance, within the declared angle."""
    size, radius = 61, 20
    dots = np.zeros((16, size, size, 1), np.float32)
    dots[:, 29:32, 30 + radius - 1 : 30 + radius + 2] = 255
    varied = vary(["rotate"], dots)[..., 0]
    grid = np.arange(size) - 30
    mass = varied.sum(axis=(1, 2))
    across, down = (varied.sum(axis=1) @ grid) / mass, (varied.sum(axis=2) @ grid) / mass
    np.testing.assert_allclose(np.hypot(across, down), radius, atol=0.5)
    angles = np.degrees(np.arctan2(down, across))
    assert np.abs(angles).max() <= invariants.MOST_DEGREES + 1
    assert np.ptp(angles) > invariants.MOST_DEGREES / 2


def test_crop_shows_a_part_enlarged_in_its_proportions() -> None:
    """On a slope of brightness a crop is a gentler slope, equally so both ways, taken from different places."""
    down, across = np.meshgrid(np.linspace(0, 120, 40), np.linspace(0, 120, 40), indexing="ij")
    slope = np.repeat((down + across)[None, ..., None], 16, axis=0).astype(np.float32)
    varied = vary(["crop"], slope)[:, 2:-2, 2:-2, 0]
    steps = 120 / 39
    downwards, rightwards = np.diff(varied, axis=1), np.diff(varied, axis=2)
    np.testing.assert_allclose(downwards.mean(axis=(1, 2)), rightwards.mean(axis=(1, 2)), atol=0.02)
    side = downwards.mean(axis=(1, 2)) / steps
    assert side.min() >= np.sqrt(invariants.LEAST_CROPPED_AREA) - 0.02
    assert side.max() <= 1.02
    assert np.ptp(varied.mean(axis=(1, 2))) > 5
