"""The novelty measure against its definition, and its limit on fresh images of the same and of other kinds."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import DotProduct

from training.evaluation import novelty
from training.evaluation.groups import Groups

DRAWS, FRESH = 40, 60
HALF = 5e-4
"""What half precision of the directions, in which they are published, may change in a share."""
Floats = NDArray[np.float64]


def _images(generator: np.random.Generator, n: int, dimensions: int) -> NDArray[np.float32]:
    """Features as a network has them: of one sign, with a common part, and unequal variance by direction."""
    scales = np.arange(1, dimensions + 1) ** -0.5
    images: NDArray[np.float32] = np.abs(1 + generator.normal(0, 1, (n, dimensions)) * scales).astype(np.float32)
    return images


def _variance(training: NDArray[np.float32], asked: NDArray[np.float32]) -> Floats:
    """The predictive variance of scikit-learn's Gaussian process with a linear kernel, of features of unit length."""
    units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (training, asked)]
    process = GaussianProcessRegressor(DotProduct(sigma_0=0, sigma_0_bounds="fixed"), alpha=novelty.RIDGE)
    _, deviation = process.fit(units[0], np.zeros(len(training))).predict(units[1], return_std=True)
    return np.asarray(deviation**2)


def test_the_measure_is_the_predictive_variance_of_a_gaussian_process() -> None:
    generator = np.random.default_rng(0)
    features, fresh = _images(generator, 13, 30), _images(generator, 5, 30)
    fitted = novelty.fit(features, Groups.alone(13))
    assert fitted is not None
    assert novelty.measure(fresh, fitted) == pytest.approx(_variance(features, fresh), abs=HALF)


def test_the_reference_is_what_refits_without_the_group_say() -> None:
    generator = np.random.default_rng(1)
    features, groups = _images(generator, 12, 20), np.array([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8])
    fitted = novelty.fit(features, Groups.of(groups))
    assert fitted is not None
    for group in np.unique(groups):
        own = groups == group
        assert fitted.reference[own] == pytest.approx(_variance(features[~own], features[own]), abs=1e-5)


def test_of_many_images_some_span_the_directions_and_the_others_are_measured_by_them() -> None:
    generator = np.random.default_rng(2)
    features = _images(generator, 3 * novelty.ANCHORS, 40)
    fitted = novelty.fit(features, Groups.alone(len(features)))
    assert fitted is not None
    assert fitted.directions.shape == (40, novelty.ANCHORS)
    anchors = np.linspace(0, len(features) - 1, novelty.ANCHORS).astype(int)
    others = np.delete(np.arange(len(features)), anchors)
    expected = _variance(features[anchors], features[others])
    assert fitted.reference[others] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("n", [10, 35, 100])
def test_new_images_of_the_same_kind_are_flagged_about_as_seldom_as_was_promised(n: int) -> None:
    generator = np.random.default_rng(n)
    flagged = []
    for _ in range(DRAWS):
        fitted = novelty.fit(_images(generator, n, 60), Groups.alone(n))
        assert fitted is not None
        flagged.append((novelty.measure(_images(generator, FRESH, 60), fitted) > fitted.limit).mean())
    assert np.mean(flagged) <= novelty.FALSE_FLAGS + novelty.FALSE_FLAGS_OF_ONE / n + 0.015


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.15])
def test_the_share_that_is_flagged_is_the_one_asked_for(rate: float) -> None:
    generator = np.random.default_rng(1)
    flagged = []
    for _ in range(DRAWS):
        fitted = novelty.fit(_images(generator, 40, 60), Groups.alone(40), false_flags=rate)
        assert fitted is not None
        flagged.append((novelty.measure(_images(generator, FRESH, 60), fitted) > fitted.limit).mean())
    assert rate / 4 < np.mean(flagged) < 1.5 * rate


def test_a_member_of_a_group_that_was_never_seen_is_not_unfamiliar() -> None:
    """Six patients with seven views each: views of one are alike, and another patient's differ as much as theirs do."""
    generator = np.random.default_rng(3)

    def patients(count: int) -> NDArray[np.float32]:
        persons = np.abs(1 + generator.normal(0, 0.5, (count, 1, 50)))
        return np.abs(persons + generator.normal(0, 0.05, (count, 7, 50))).reshape(-1, 50).astype(np.float32)

    flagged: dict[str, list[float]] = {"by patient": [], "by image": []}
    for _ in range(40):
        seen, unseen = patients(6), patients(8)
        for name, groups in (("by patient", np.repeat(np.arange(6), 7)), ("by image", np.arange(42))):
            fitted = novelty.fit(seen, Groups.of(groups))
            assert fitted is not None
            flagged[name].append(float((novelty.measure(unseen, fitted) > fitted.limit).mean()))
    assert np.mean(flagged["by patient"]) < 0.12
    assert np.mean(flagged["by image"]) > 0.9


@pytest.mark.parametrize("n", [10, 35])
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:, ::-1],
        lambda rows: np.where(np.arange(60) % 2, rows, 0.0),
        lambda rows: -rows,
    ],
    ids=["other proportions", "half of it missing", "the opposite"],
)
def test_images_of_another_kind_are_flagged(n: int, change: Callable[[NDArray[np.floating]], Floats]) -> None:
    generator = np.random.default_rng(4)
    kind = np.linspace(0.2, 3, 60)
    flagged = []
    for _ in range(20):
        own = (_images(generator, n, 60) * kind).astype(np.float32)
        fitted = novelty.fit(own, Groups.alone(n))
        assert fitted is not None
        strange = change(_images(generator, FRESH, 60) * kind).astype(np.float32)
        # the opposite direction is explained by the same line: features of a network have one sign
        flagged.append((novelty.measure(strange, fitted) > fitted.limit).mean())
    assert (np.mean(flagged) < 0.2) if change(np.ones((1, 60)))[0, 1] < 0 else (np.mean(flagged) > 0.95)


def test_the_limit_is_a_share_below_one_however_different_a_few_images_are() -> None:
    """With distances' logarithms the limit of ten unlike images lay beyond every image there is."""
    features = np.random.default_rng(5).normal(size=(10, 400)).astype(np.float32)
    fitted = novelty.fit(features, Groups.alone(10))
    assert fitted is not None
    assert fitted.reference.min() > 0.9
    assert fitted.reference.max() < fitted.limit < 1


@pytest.mark.parametrize(
    ("features", "groups"),
    [
        (np.ones((6, 4)), np.arange(6)),
        (np.random.default_rng(0).random((5, 4)), np.zeros(5)),
        (np.zeros((4, 3)), np.zeros(4)),
    ],
    ids=["all alike", "one group", "nothing at all in one group"],
)
def test_where_nothing_can_be_told_there_is_no_measure(features: Floats, groups: Floats) -> None:
    assert novelty.fit(features.astype(np.float32), Groups.of(groups.astype(np.int64))) is None


def test_the_measure_does_not_depend_on_the_scale_of_the_features() -> None:
    features = _images(np.random.default_rng(4), 20, 6)
    first, second = novelty.fit(features, Groups.alone(20)), novelty.fit(features * 50, Groups.alone(20))
    assert first is not None
    assert second is not None
    assert second.limit == pytest.approx(first.limit, rel=1e-4)
    np.testing.assert_allclose(second.reference, first.reference, rtol=1e-4, atol=1e-6)
