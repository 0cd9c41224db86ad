"""Newton's solution against scikit-learn; its closed-form leaving out against refits without the images."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.evaluation.groups import Groups
from training.fitting import ridge

STRENGTHS = 10.0 ** np.arange(-3, 1.1, 0.5)
N = 26
LABELS = np.arange(N) % 2


def _features(dimensions: int, signal: float = 0.5) -> NDArray[np.float64]:
    """Centred features of unit mean squared length."""
    features = np.random.default_rng(dimensions).normal(size=(N, dimensions))
    features[:, 0] += signal * LABELS
    features -= features.mean(axis=0)
    scaled: NDArray[np.float64] = features / np.sqrt((features**2).sum(axis=1).mean())
    return scaled


def _refit(features: NDArray[np.float64], rows: NDArray[Any], strength: float) -> LogisticRegression:
    return LogisticRegression(C=1 / strength, tol=1e-10, max_iter=100_000).fit(features[rows], LABELS[rows])


@pytest.mark.parametrize("dimensions", [4, 60])
def test_the_solution_is_that_of_scikit_learn_at_each_strength(dimensions: int) -> None:
    features = _features(dimensions)
    order = np.random.default_rng(0).permutation(len(STRENGTHS))  # whatever the order of the strengths
    found = ridge.solve(features @ features.T, LABELS, Groups.alone(N), STRENGTHS[order])
    for strength, logits in zip(STRENGTHS[order], found.logits, strict=True):
        expected = _refit(features, np.arange(N), strength).decision_function(features)
        np.testing.assert_allclose(logits, expected, atol=3e-3 * max(1, np.abs(expected).max() / 5))


GROUPS = np.arange(N)
GROUPS[[0, 2, 5]] = 0
GROUPS[[1, 9]] = 1


@pytest.mark.parametrize("few", [ridge.FEW, 0], ids=["at once", "one by one"])
@pytest.mark.parametrize("dimensions", [4, 60])
@pytest.mark.parametrize("groups", [np.arange(N), GROUPS], ids=["images", "groups"])
def test_leaving_out_by_formula_is_refitting_without(
    dimensions: int, groups: NDArray[np.int64], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ridge, "FEW", few)
    features = _features(dimensions)
    found = ridge.solve(features @ features.T, LABELS, Groups.of(groups), STRENGTHS)
    for strength, left_out in zip(STRENGTHS, found.left_out, strict=True):
        expected = np.empty(N)
        for number in np.unique(groups):
            rows = groups == number
            expected[rows] = _refit(features, ~rows, strength).decision_function(features[rows])
        error = np.sqrt(np.mean((left_out - expected) ** 2))
        assert error < 0.08 * expected.std() + 1e-4


def test_a_copy_is_no_help_where_copies_are_left_out_together() -> None:
    features = np.repeat(_features(60, signal=0)[:13], 2, axis=0)
    labels = np.repeat(np.arange(13) % 2, 2)
    gram, strengths = features @ features.T, np.array([0.01])

    def loss(groups: NDArray[np.int64]) -> float:
        signs = 2 * labels - 1
        left_out = ridge.solve(gram, labels, Groups.of(groups), strengths).left_out[0]
        return float(np.logaddexp(0, -signs * left_out).mean())

    assert loss(np.arange(26)) < 0.1  # its own copy gives each image away
    assert loss(np.repeat(np.arange(13), 2)) > 0.6


def test_separable_images_are_solved_at_every_strength() -> None:
    features = np.sign(LABELS - 0.5)[:, None] * np.ones((1, 3)) + 1e-3 * _features(3)
    found = ridge.solve(features @ features.T, LABELS, Groups.alone(N), 10.0 ** np.arange(-6.0, 2.0))
    assert np.isfinite(found.left_out).all()
    assert ((found.logits > 0) == LABELS).all()
    assert ((found.left_out > 0) == LABELS).all()
    assert (np.diff(np.abs(found.logits).mean(axis=1)) < 0).all()  # the stronger, the smaller


def test_two_images_left_out_are_told_wrongly_since_only_the_other_class_is_left() -> None:
    found = ridge.solve(np.array([[0.5, -0.5], [-0.5, 0.5]]), np.array([0, 1]), Groups.alone(2), STRENGTHS)
    assert np.isfinite(found.logits).all()
    assert (found.left_out[:, 0] > 0).all()
    assert (found.left_out[:, 1] < 0).all()


@pytest.mark.parametrize("labels", [LABELS, np.arange(N) % 4 == 0, np.zeros(N)], ids=["half", "quarter", "none"])
def test_features_that_tell_nothing_give_the_share_of_the_classes(labels: NDArray[Any]) -> None:
    found = ridge.solve(np.zeros((N, N)), labels.astype(np.int64), Groups.alone(N), STRENGTHS)
    np.testing.assert_allclose(1 / (1 + np.exp(-found.logits)), np.mean(labels), atol=2e-3)


def test_the_same_inner_products_give_the_same_scores_whatever_the_features() -> None:
    features = _features(10)
    turned = features @ np.linalg.qr(np.random.default_rng(1).normal(size=(10, 10)))[0]
    first, second = (ridge.solve(each @ each.T, LABELS, Groups.alone(N), STRENGTHS) for each in (features, turned))
    np.testing.assert_allclose(first.left_out, second.left_out, atol=1e-6)
