"""Platt scaling against scikit-learn's logistic regression, and the honesty of its cross-fitted form."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.evaluation import calibration, scores
from training.evaluation.groups import Groups
from training.evaluation.splitting import split


def _scored(n: int, slope: float, intercept: float, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits and labels where sigmoid(slope * logit + intercept) is the truth."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0.3, 2, n)
    truth = 1 / (1 + np.exp(-(slope * logits + intercept)))
    return logits[None], (generator.uniform(size=n) < truth).astype(np.int64)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.3, -1.0), (2.5, 0.7)])
def test_of_many_images_it_is_plain_logistic_regression(slope: float, intercept: float) -> None:
    logits, labels = _scored(60_000, slope, intercept)
    oracle = LogisticRegression(C=np.inf, tol=1e-10).fit(logits.T, labels)
    fitted = calibration.fit(logits, labels, Groups.alone(len(labels)))
    assert fitted.slope == pytest.approx(oracle.coef_[0, 0], rel=0.01)
    assert fitted.intercept == pytest.approx(oracle.intercept_[0], abs=0.01)


def test_few_images_hardly_move_the_scores_and_more_move_them_further() -> None:
    slopes = []
    for n in (10, 100, 1000, 10_000):
        logits, labels = _scored(n, 0.2, 0.0)
        slopes.append(calibration.fit(logits, labels, Groups.alone(len(labels))).slope)
    assert slopes == sorted(slopes, reverse=True)
    assert slopes[0] > 0.45
    assert slopes[-1] == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        ([-9.0, -8, 8, 9], [0, 0, 1, 1]),  # separable: unpenalised slope is infinite
        ([9.0, 8, -8, -9], [0, 0, 1, 1]),  # ranked backwards: the slope stays positive
        ([0.0, 0, 0, 0], [0, 0, 1, 1]),
        ([1e6, -1e6, 1e6, -1e6], [0, 0, 1, 1]),
    ],
)
def test_no_scores_send_the_scale_astray(logits: list[float], labels: list[int]) -> None:
    fitted = calibration.fit(np.array([logits]), np.array(labels), Groups.alone(len(labels)))
    assert 0 < fitted.slope < 3
    assert abs(fitted.intercept) < 1
    assert np.isfinite(calibration.apply(np.array([logits]), fitted)).all()


def test_repeats_add_no_images() -> None:
    logits, labels = _scored(30, 0.4, 0.5)
    once, often = (
        calibration.fit(logits, labels, Groups.alone(len(labels))),
        calibration.fit(np.repeat(logits, 7, axis=0), labels, Groups.alone(len(labels))),
    )
    assert (often.slope, often.intercept) == pytest.approx((once.slope, once.intercept), abs=1e-4)


def test_a_fold_is_calibrated_without_its_own_labels_and_scores() -> None:
    n = 24
    generator = np.random.default_rng(1)
    labels = np.arange(n) % 2
    folds = split(labels, Groups.alone(n), 4, 2, seed=0)
    logits = generator.normal(labels, 1, (2, n))
    before = calibration.cross(logits, labels, folds, Groups.alone(len(labels)))
    assert np.isfinite(before).all()
    for fold in folds[:3]:
        own = fold.validation
        turned = labels.copy()
        turned[own] = 1 - turned[own]
        after = calibration.cross(logits, turned, folds, Groups.alone(len(labels)))
        assert np.array_equal(after[fold.repeat, own], before[fold.repeat, own])
        others = np.setdiff1d(np.arange(n), own)
        assert not np.allclose(after[fold.repeat, others], before[fold.repeat, others])
        moved = logits.copy()
        moved[:, own] = 50.0
        line = np.polyfit(logits[fold.repeat, own], before[fold.repeat, own], 1)
        expected = np.polyval(line, 50.0)  # the line that the fold's own scores are put through is as it was
        assert calibration.cross(moved, labels, folds, Groups.alone(len(labels)))[fold.repeat, own] == pytest.approx(
            expected, rel=1e-6
        )


def test_only_the_repeats_that_were_scored_are_calibrated() -> None:
    labels = np.arange(12) % 2
    folds = split(labels, Groups.alone(12), 3, 4, seed=0)
    logits = np.random.default_rng(2).normal(size=(2, 12))
    assert np.isfinite(calibration.cross(logits, labels, folds, Groups.alone(len(labels)))).all()
    assert calibration.cross(logits, labels, folds, Groups.alone(len(labels))).shape == (2, 12)


def test_it_mends_boasting_scores_on_new_images() -> None:
    gains = []
    for seed in range(40):
        logits, labels = _scored(60, 0.25, 0.0, seed)
        folds = split(labels, Groups.alone(60), 5, 1, seed)
        calibrated = calibration.cross(logits, labels, folds, Groups.alone(len(labels)))
        gains.append((scores.log_losses(logits, labels) - scores.log_losses(calibrated, labels)).mean())
    assert np.mean(gains) > 0.1


def test_seven_alike_images_of_each_patient_count_as_the_patients_do() -> None:
    """The oracle is the fit on one image of each; the patients err alike, so that they are worth little more."""
    logits, labels = _scored(40, 0.2, 0.5, seed=3)
    groups = Groups.of(np.repeat(np.arange(40), 7), np.arange(280))
    often, answers = np.repeat(logits, 7, axis=1), np.repeat(labels, 7)
    one, together = calibration.fit(logits, labels, Groups.alone(len(labels))), calibration.fit(often, answers, groups)
    apart = calibration.fit(often, answers, Groups.alone(280))
    assert together.slope == pytest.approx(one.slope, rel=0.08)
    assert abs(apart.slope - one.slope) > 3 * abs(together.slope - one.slope)
    alone = calibration.fit(logits, labels, Groups(np.arange(40), np.arange(40), told=True))
    assert (alone.slope, alone.intercept) == (one.slope, one.intercept)
