"""Thresholds by costs and by rate, and the uncertain band: what is promised is measured on fresh draws."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.there import there
from training.errors import TrainingError
from training.evaluation.groups import Groups
from training.evaluation.thresholds import Costs, choose_band, choose_threshold

DRAWS, FRESH = 1500, 400


def _draw(generator: np.random.Generator, n: int, draws: int = DRAWS) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probabilities of `n` images of each class, `[draws, 2 * n]`, that overlap much; the noes come first."""
    scores = np.concatenate([generator.normal(-0.7, 1, (draws, n)), generator.normal(0.7, 1, (draws, n))], axis=1)
    return 1 / (1 + np.exp(-1.4 * scores)), np.repeat([0, 1], n)


@pytest.mark.parametrize(("n", "rate"), [(12, 0.1), (20, 0.2), (40, 0.05), (49, 0.02)])
def test_new_noes_pass_the_threshold_no_oftener_than_was_promised(n: int, rate: float) -> None:
    generator = np.random.default_rng(n)
    drawn, labels = _draw(generator, n)
    fresh, _ = _draw(generator, FRESH)
    passed = [
        (new[:FRESH] >= choose_threshold(old, labels, Costs(at_most_false_yes=rate), Groups.alone(len(labels)))).mean()
        for old, new in zip(drawn, fresh, strict=True)
    ]
    error = np.std(passed) / np.sqrt(DRAWS)
    assert np.mean(passed) <= rate + 3 * error
    assert np.mean(passed) >= rate - 1 / (n + 1) - 3 * error  # and no caution beyond the numbers' own steps


@pytest.mark.parametrize(("n", "rate"), [(3, 0.1), (5, 0.1), (8, 0.1), (12, 0.1), (25, 0.1), (40, 0.05), (19, 0.3)])
def test_outside_the_band_no_class_is_wrong_oftener_than_was_promised(n: int, rate: float) -> None:
    generator = np.random.default_rng(n)
    drawn, labels = _draw(generator, n)
    fresh, _ = _draw(generator, FRESH)
    wrong = np.zeros((DRAWS, 2))
    for draw, (old, new) in enumerate(zip(drawn, fresh, strict=True)):
        band = choose_band(old, labels, 0.5, rate, Groups.alone(len(labels)))
        wrong[draw] = (new[:FRESH] >= band.high).mean(), (new[FRESH:] <= band.low).mean()
    assert (wrong.mean(axis=0) <= rate + 3 * wrong.std(axis=0) / np.sqrt(DRAWS)).all()
    assert wrong.mean() > 0


@pytest.mark.parametrize("n", range(1, 60))
def test_the_rate_that_the_refusal_advises_is_not_refused(n: int) -> None:
    probabilities, labels = np.linspace(0.1, 0.9, n + 2), np.repeat([0, 1], [n, 2])
    with pytest.raises(TrainingError, match="--at-most-false-yes") as refusal:
        choose_threshold(probabilities, labels, Costs(at_most_false_yes=0.9 / (n + 1)), Groups.alone(len(labels)))
    advised = float(there(re.search(r"allow ([\d.]+) or more", str(refusal.value)))[1])
    assert (
        0
        < choose_threshold(
            probabilities, labels, Costs(at_most_false_yes=min(advised, 0.999)), Groups.alone(len(labels))
        )
        <= 1
    )
    assert advised < 1 / (n + 1) + 0.0011


@pytest.mark.parametrize("rate", [0.02, 0.07, 0.1, 0.3, 1 / 3])
def test_the_number_of_images_that_the_refusal_names_is_enough_and_one_less_is_not(rate: float) -> None:
    def choose(n: int) -> float:
        return choose_threshold(
            np.linspace(0, 1, n + 1), np.repeat([0, 1], [n, 1]), Costs(at_most_false_yes=rate), Groups.alone(n + 1)
        )

    with pytest.raises(TrainingError) as refusal:
        choose(1)
    needed = int(there(re.search(r"at least (\d+) are needed", str(refusal.value)))[1])
    choose(needed)
    with pytest.raises(TrainingError):
        choose(needed - 1)


@pytest.mark.parametrize(("false_yes", "false_no"), [(1, 1), (1, 5), (7, 2)])
def test_the_threshold_by_costs_has_the_least_expected_cost(false_yes: int, false_no: int) -> None:
    truth = np.linspace(0.001, 0.999, 999)  # each probability once, each as honest as can be
    threshold = choose_threshold(truth, np.arange(999) % 2, Costs(false_yes, false_no), Groups.alone(999))

    def cost(limit: float) -> float:
        return float(np.where(truth >= limit, (1 - truth) * false_yes, truth * false_no).sum())

    assert cost(threshold) <= min(cost(limit) for limit in np.linspace(0, 1, 201)) + 1e-9


def test_a_threshold_by_rate_is_passed_by_no_more_than_its_share_of_the_images_it_was_made_from() -> None:
    probabilities, labels = np.array([0.1, 0.2, 0.3, 0.3, 0.9]), np.array([0, 0, 0, 0, 1])
    threshold = choose_threshold(probabilities, labels, Costs(at_most_false_yes=0.2), Groups.alone(len(labels)))
    assert threshold == pytest.approx(0.3)
    assert (probabilities[:4] >= threshold).sum() == 0


def test_the_band_of_separated_classes_is_closed_and_that_of_an_image_or_two_open() -> None:
    probabilities, labels = np.r_[np.linspace(0.01, 0.1, 20), np.linspace(0.9, 0.99, 20)], np.repeat([0, 1], 20)
    closed = choose_band(probabilities, labels, 0.5, 0.1, Groups.alone(len(labels)))
    assert (closed.low, closed.high) == (0.5, 0.5)
    assert closed.method.startswith("conformal")
    few = np.r_[0:5, 20:25]
    bounded = choose_band(probabilities[few], labels[few], 0.5, 0.1, Groups.alone(len(labels[few])))
    assert (bounded.low, bounded.high) == (0.5, 0.5)
    assert "so few images" in bounded.method
    for rows in ([0, 20], range(8)):
        open_band = choose_band(probabilities[rows], labels[rows], 0.5, 0.1, Groups.alone(len(labels[rows])))
        assert (open_band.low, open_band.high) == (0.0, 1.0)


@pytest.mark.parametrize("gap", [0.5, 2.0, 4.0])
def test_the_band_of_ten_images_is_a_prediction_interval_on_the_log_odds(gap: float) -> None:
    """The mean of five noes and a pooled deviation with eight degrees of freedom, as scipy's t says."""
    generator = np.random.default_rng(0)
    odds, labels = generator.normal(0, 1, 10) + np.repeat([-gap, gap], 5), np.repeat([0, 1], 5)
    band = choose_band(1 / (1 + np.exp(-odds)), labels, 0.5, 0.1, Groups.alone(len(labels)))
    pooled = np.sqrt((odds[:5].var(ddof=1) + odds[5:].var(ddof=1)) / 2)
    upper = odds[:5].mean() + stats.t(8).ppf(0.9) * pooled * np.sqrt(1.2)
    lower = odds[5:].mean() - stats.t(8).ppf(0.9) * pooled * np.sqrt(1.2)
    assert band.high == pytest.approx(max(0.5, 1 / (1 + np.exp(-upper))))
    assert band.low == pytest.approx(min(0.5, 1 / (1 + np.exp(-lower))))


@pytest.mark.parametrize("value", [0.3, 0.5, 0.7])
def test_images_that_all_score_alike_are_uncertain(value: float) -> None:
    band = choose_band(np.full(40, value), np.arange(40) % 2, 0.5, 0.1, Groups.alone(40))
    assert band.low < value < band.high


@pytest.mark.parametrize("threshold", [0.001, 0.2, 0.8, 1.0])
def test_the_band_holds_the_threshold(threshold: float) -> None:
    drawn, labels = _draw(np.random.default_rng(5), 15, draws=1)
    band = choose_band(drawn[0], labels, threshold, 0.2, Groups.alone(len(labels)))
    assert 0 <= band.low <= threshold <= band.high <= 1


@pytest.mark.parametrize("n", [5, 12, 40])
def test_nine_models_in_ten_are_wrong_outside_the_band_no_oftener_than_it_says(n: int) -> None:
    generator = np.random.default_rng(n)
    drawn, labels = _draw(generator, n, 400)
    exceeded = []
    for old in drawn:
        band = choose_band(old, labels, 0.5, 0.1, Groups.alone(2 * n))
        promised = re.search(r"at most (\d+)% by nine models in ten", band.method)
        assert promised
        clear = np.log(band.high / (1 - band.high)) / 1.4 if band.high < 1 else np.inf
        exceeded.append(stats.norm.sf(clear, -0.7) > int(promised[1]) / 100)
    assert np.mean(exceeded) < 0.14  # 400 models: 0.1 and 2.6 standard errors
