"""The novelty measure against its definition, and its limit on fresh images of the same and of other kinds."""

import numpy as np
import pytest

from training.evaluation import novelty

DRAWS, FRESH = 150, 60


def _images(generator, n, dimensions, spread=None):
    """Features of two normal classes, of unequal variance by direction as a network's are."""
    labels = np.arange(n) % 2
    scales = np.ones(dimensions) if spread is None else np.arange(1, dimensions + 1) ** -spread
    features = generator.normal(0.5, 1, (n, dimensions)) * scales
    features[:, 0] += 2 * labels
    return features.astype(np.float32), labels


def _distances(features, fitted):
    return np.min([np.linalg.norm(features - centre, axis=1) for centre in fitted.centres], axis=0) / fitted.unit


def test_leave_one_out_distances_are_those_of_refits_without_the_image():
    features, labels = _images(np.random.default_rng(0), 13, 7)
    fitted = novelty.fit(features, labels)
    own = np.array([features[labels == label].mean(axis=0) for label in labels])
    unit = np.sqrt(((features - own) ** 2).sum(axis=1).mean())
    assert fitted.unit == pytest.approx(unit, rel=1e-5)
    for row in range(13):
        rest = np.arange(13) != row
        centres = [features[rest & (labels == label)].mean(axis=0) for label in (0, 1)]
        by_hand = min(np.linalg.norm(features[row] - centre) for centre in centres) / unit
        assert fitted.reference[row] == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("n", [6, 12, 35, 100])
@pytest.mark.parametrize(("dimensions", "spread"), [(8, None), (60, None), (200, 0.5), (500, 1.0)])
def test_new_images_of_the_same_kind_are_flagged_about_as_seldom_as_was_promised(n, dimensions, spread):
    generator = np.random.default_rng(n)
    flagged = []
    for _ in range(DRAWS):
        fitted = novelty.fit(*_images(generator, n, dimensions, spread))
        fresh, _ = _images(generator, FRESH, dimensions, spread)
        flagged.append((_distances(fresh, fitted) > fitted.limit).mean())
    assert np.mean(flagged) <= novelty.FALSE_FLAGS + 0.015 + 3 * np.std(flagged) / np.sqrt(DRAWS)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_the_share_that_is_flagged_is_the_one_asked_for(rate):
    generator = np.random.default_rng(1)
    flagged = []
    for _ in range(300):
        fitted = novelty.fit(*_images(generator, 40, 20), false_flags=rate)
        fresh, _ = _images(generator, FRESH, 20)
        flagged.append((_distances(fresh, fitted) > fitted.limit).mean())
    assert rate / 3 < np.mean(flagged) < 1.5 * rate


@pytest.mark.parametrize("n", [6, 35])
def test_images_of_another_kind_are_flagged(n):
    generator = np.random.default_rng(2)
    missed = []
    for _ in range(50):
        fitted = novelty.fit(*_images(generator, n, 30))
        far, _ = _images(generator, FRESH, 30)
        far[:, 5:10] += 4.0
        missed.append((_distances(far, fitted) <= fitted.limit).mean())
    assert np.mean(missed) < (0.35 if n == 6 else 0.02)


def test_an_image_between_the_classes_is_further_than_one_of_a_class():
    features, labels = _images(np.random.default_rng(3), 40, 5)
    features[:, 0] += 18 * labels  # the classes lie 20 apart
    fitted = novelty.fit(features, labels)
    centres = np.array([features[labels == label].mean(axis=0) for label in (0, 1)])
    assert _distances(centres, fitted).max() < 0.01 < fitted.limit < _distances(centres.mean(axis=0)[None], fitted)[0]


@pytest.mark.parametrize(
    ("features", "labels"),
    [
        (np.ones((6, 4)), [0, 1, 0, 1, 0, 1]),
        (np.arange(12.0).reshape(3, 4), [0, 0, 1]),
        (np.array([[1.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]),
    ],
    ids=["all alike", "a class of one", "a class of two copies"],
)
def test_where_no_distance_can_be_told_there_is_no_measure(features, labels):
    assert novelty.fit(features.astype(np.float32), np.array(labels)) is None


def test_the_measure_does_not_depend_on_the_scale_and_the_place_of_the_features():
    features, labels = _images(np.random.default_rng(4), 20, 6)
    first, second = novelty.fit(features, labels), novelty.fit(features * 50 + 7, labels)
    assert second.limit == pytest.approx(first.limit, rel=1e-4)
    np.testing.assert_allclose(second.reference, first.reference, rtol=1e-3)


@pytest.mark.parametrize("n", [6, 20])
def test_the_limit_is_the_prediction_interval_of_the_logarithms(n):
    """Hahn (1969): as far out as a new value of a normal sample lies with the stated probability, by simulation."""
    generator = np.random.default_rng(5)
    fitted = novelty.fit(*_images(generator, n, 6), false_flags=0.1)
    logarithms = np.log(fitted.reference)
    samples = generator.normal(size=(200_000, n + 1))
    away = (samples[:, -1] - samples[:, :-1].mean(axis=1)) / samples[:, :-1].std(axis=1, ddof=1)
    by_hand = logarithms.mean() + np.quantile(away, 0.9) * logarithms.std(ddof=1)
    assert np.log(fitted.limit) == pytest.approx(by_hand, abs=0.02 * logarithms.std(ddof=1))
