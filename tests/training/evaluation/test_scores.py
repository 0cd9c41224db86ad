"""Scores against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.evaluation import scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import split

LABELS = np.random.default_rng(0).permutation(np.arange(41) % 3 == 0).astype(np.int64)


def _logits(repeats: int, tied: bool) -> NDArray[np.float64]:
    drawn = np.random.default_rng(repeats).normal(LABELS, 1.5, (repeats, len(LABELS)))
    return np.round(drawn) if tied else drawn


@pytest.fixture(params=[(1, False), (4, False), (1, True), (3, True)], ids=str)
def logits(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    return _logits(*request.param)


def test_losses_are_those_of_scikit_learn(logits: NDArray[np.float64]) -> None:
    probabilities = 1 / (1 + np.exp(-logits))
    for measured, oracle in ((scores.log_losses, log_loss), (scores.brier_losses, brier_score_loss)):
        assert measured(logits, LABELS).shape == LABELS.shape
        expected = np.mean([oracle(LABELS, row) for row in probabilities])
        assert measured(logits, LABELS).mean() == pytest.approx(expected, rel=1e-12)


def test_the_area_is_that_of_scikit_learn_with_ties_and_weights(logits: NDArray[np.float64]) -> None:
    weights = np.random.default_rng(1).integers(0, 4, len(LABELS)).astype(float)
    for given_weights in (None, weights):
        expected = np.mean([roc_auc_score(LABELS, row, sample_weight=given_weights) for row in logits])
        assert scores.auroc(logits, LABELS, given_weights) == pytest.approx(expected, rel=1e-12)


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=30))
def test_the_area_counts_pairs(drawn: list[int]) -> None:
    values = np.array(drawn, dtype=float)
    labels = np.arange(len(values)) % 2
    pairs = [(yes > no) + 0.5 * (yes == no) for yes in values[labels == 1] for no in values[labels == 0]]
    assert scores.auroc(values[None], labels) == pytest.approx(np.mean(pairs))


def test_the_area_without_one_of_the_classes_is_not_a_number() -> None:
    assert np.isnan(scores.auroc(np.ones((1, 3)), np.ones(3, np.int64)))
    assert np.isnan(scores.auroc(np.ones((1, 4)), np.arange(4) % 2, weights=np.array([0.0, 1, 0, 1])))


def test_a_hit_is_the_right_side_of_zero_and_counts_by_repeats() -> None:
    logits = np.array([[2.0, 2.0, -1.0, 0.0], [-0.1, 3.0, -1.0, 0.0]])
    assert scores.hits(logits, np.array([1, 0, 0, 1])).tolist() == [0.5, 0.0, 1.0, 0.0]


def test_extreme_scores_neither_overflow_nor_lose_the_loss() -> None:
    logits, labels = np.array([[1e4, -1e4, -745.0]]), np.array([0, 0, 1])
    with np.errstate(all="raise", under="ignore"):
        assert scores.log_losses(logits, labels).tolist() == [1e4, 0.0, 745.0]
        assert scores.brier_losses(logits, labels) == pytest.approx([1, 0, 1])
        assert scores.sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]


def test_the_calibration_error_of_two_bins_by_hand() -> None:
    probabilities, labels = np.array([0.9, 0.1, 0.2, 0.7]), np.array([1, 0, 1, 0])
    by_hand = 0.5 * abs(0.15 - 0.5) + 0.5 * abs(0.8 - 0.5)  # the two lowest, the two highest
    assert scores.calibration_error(probabilities, labels, bins=2) == pytest.approx(by_hand)


def test_honest_probabilities_have_a_small_calibration_error_and_boasting_ones_a_large_one() -> None:
    generator = np.random.default_rng(2)
    probabilities = generator.uniform(size=20_000)
    labels = (generator.uniform(size=20_000) < probabilities).astype(np.int64)
    assert scores.calibration_error(probabilities, labels, bins=10) < 0.015
    assert scores.calibration_error(np.where(probabilities > 0.5, 0.99, 0.01), labels, bins=10) > 0.2


def test_fewer_images_than_bins() -> None:
    assert scores.calibration_error(np.array([0.25]), np.array([1])) == 0.75


def test_the_area_within_folds_is_the_share_of_their_pairs_and_not_moved_by_a_fold_s_level() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(12) % 2
    folds = split(labels, Groups.alone(12), 3, 2, 0)
    logits = generator.normal(size=(2, 12)) + labels
    pairs = [
        (logits[fold.repeat, yes] > logits[fold.repeat, no])
        for fold in folds
        for yes in fold.validation[labels[fold.validation] == 1]
        for no in fold.validation[labels[fold.validation] == 0]
    ]
    assert scores.auroc_within(logits, labels, folds) == pytest.approx(np.mean(pairs))
    moved = logits.copy()
    for number, fold in enumerate(folds):
        moved[fold.repeat, fold.validation] += 100 * number
    assert scores.auroc_within(moved, labels, folds) == pytest.approx(np.mean(pairs))
    assert scores.auroc_within(logits, labels, ()) == scores.auroc(logits, labels)
