"""The rules that a whole cross-validation leads to, tried on fresh images."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from artifact.card import Calibration
from tests.there import there
from training.errors import TrainingError
from training.evaluation import scores
from training.evaluation.deciding import curve, decide, section
from training.evaluation.groups import Groups
from training.evaluation.novelty import Novelty
from training.evaluation.splitting import split
from training.evaluation.thresholds import Costs, first_of_each


def _draw(generator: np.random.Generator, n: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = np.arange(n) % 2
    return generator.normal(size=(n, 10)) + 0.55 * labels[:, None] * (np.arange(10) < 4), labels


def _cross_fit(features: NDArray[np.float64], labels: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    folds = split(labels, Groups.alone(len(labels)), 5, 2, seed)
    logits = np.empty((2, len(labels)))
    for fold in folds:
        model = LogisticRegression(C=0.5).fit(features[fold.train], labels[fold.train])
        logits[fold.repeat, fold.validation] = model.decision_function(features[fold.validation])
    return logits


@pytest.fixture(scope="module")
def tried() -> NDArray[np.float64]:
    """For each draw of 40 images, what the final model does on fresh ones: sure mistakes by class, and false yes."""
    generator = np.random.default_rng(0)
    rows = []
    for seed in range(120):
        features, labels = _draw(generator, 40)
        costs = Costs(at_most_false_yes=0.1)
        rules = decide(_cross_fit(features, labels, seed), labels, Groups.alone(40), costs, 0.1)
        fresh, truth = _draw(generator, 400)
        logits = LogisticRegression(C=0.5).fit(features, labels).decision_function(fresh)
        found = 1 / (1 + np.exp(-(rules.calibration.slope * logits + rules.calibration.intercept)))
        yes, no = found[truth == 1], found[truth == 0]
        rows.append([(no >= rules.band.high).mean(), (yes <= rules.band.low).mean(), (no >= rules.threshold).mean()])
    return np.array(rows)


def test_on_fresh_images_the_final_model_keeps_what_the_cross_validation_promised(tried: NDArray[np.float64]) -> None:
    """Two points more than exchangeable scores would give: the final model has seen more than those of the folds."""
    error = tried.std(axis=0) / np.sqrt(len(tried))
    assert (tried.mean(axis=0) <= 0.12 + 3 * error).all()
    assert (tried.mean(axis=0) > 0.02).all()


def test_each_part_of_the_rules_comes_from_the_same_probabilities() -> None:
    generator = np.random.default_rng(1)
    features, labels = _draw(generator, 40)
    logits = _cross_fit(features, labels, 0)
    rules = decide(logits, labels, Groups.alone(40), Costs(false_no=3.0), 0.1)
    assert rules.threshold == 0.25
    assert rules.band.low <= 0.25 <= rules.band.high
    line = rules.calibration
    assert rules.probabilities == pytest.approx((1 / (1 + np.exp(-line.slope * logits - line.intercept))).mean(axis=0))


def test_the_reference_for_drift_counts_every_image_and_the_deciles_of_its_distance() -> None:
    rules = decide(
        np.array([[-3.0, 3, -2, 2, -1, 1, 40, -40]]), np.array([0, 1, 0, 1, 0, 1, 1, 0]), Groups.alone(8), Costs(), 0.1
    )
    distances = np.linspace(0.5, 1.5, 11)
    kept = rules.reference(Novelty(np.zeros((2, 1), np.float32), 2.0, np.random.default_rng(0).permutation(distances)))
    assert sum(kept.probability_histogram) == 8
    assert kept.probability_histogram == kept.probability_histogram[::-1]
    assert kept.novelty_quantiles == pytest.approx(distances)
    assert rules.reference(None).novelty_quantiles == ()


def test_the_section_shows_calibration_before_and_after() -> None:
    generator = np.random.default_rng(2)
    raw = generator.normal(size=(1, 6000)) * 4
    labels = (generator.uniform(size=6000) < 1 / (1 + np.exp(-raw[0] / 4))).astype(np.int64)
    rules = decide(raw, labels, Groups.alone(6000), Costs(), 0.1)
    found = section(raw, rules.calibration.slope * raw + rules.calibration.intercept, labels, rules)
    for measure in ("log_loss", "brier", "calibration_error"):
        assert getattr(found.after, measure) < getattr(found.before, measure)
    assert there(found.before).log_loss == pytest.approx(scores.log_losses(raw, labels).mean())
    assert rules.calibration.slope == pytest.approx(0.25, abs=0.03)
    assert isinstance(rules.calibration, Calibration)


def test_the_reliability_curve_by_hand() -> None:
    probabilities, labels = np.array([0.8, 0.1, 0.3, 0.6]), np.array([1, 0, 1, 1])
    low, high = curve(probabilities, labels, bins=2)
    assert (low.probability, high.probability) == pytest.approx((0.2, 0.7))
    assert (low.share, low.n) == (0.5, 2)
    assert (high.share, high.n) == (1.0, 2)
    assert len(curve(probabilities[:3], labels[:3])) == 3


def test_copies_promise_no_more_than_the_images_that_they_repeat() -> None:
    """Ten images of each class, each there five times, promise what ten do, and not what fifty would."""
    generator = np.random.default_rng(3)
    once, labels, groups = generator.normal(np.repeat([-1, 1], 10), 1)[None], np.repeat([0, 1], 10), Groups.alone(20)
    for rate in (0.05, 0.15):
        few = decide(once, labels, groups, Costs(), rate)
        many = decide(
            np.repeat(once, 5, axis=1), np.repeat(labels, 5), groups[np.repeat(np.arange(20), 5)], Costs(), rate
        )
        assert ((many.band.low, many.band.high) == (0.0, 1.0)) == ((few.band.low, few.band.high) == (0.0, 1.0))
        fifty = decide(np.repeat(once, 5, axis=1), np.repeat(labels, 5), Groups.alone(100), Costs(), rate)
        assert fifty.band.high - fifty.band.low < many.band.high - many.band.low
    with pytest.raises(TrainingError, match="from 10 images"):
        decide(
            np.repeat(once, 5, axis=1),
            np.repeat(labels, 5),
            groups[np.repeat(np.arange(20), 5)],
            Costs(at_most_false_yes=0.05),
            0.1,
        )


def test_a_group_with_both_labels_counts_once_for_each() -> None:
    rows = first_of_each(np.array([7, 7, 7, 2]), np.array([0, 1, 0, 1]))
    assert sorted(rows.tolist()) == [0, 1, 3]
