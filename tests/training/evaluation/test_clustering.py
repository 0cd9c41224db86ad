"""What images of groups are worth: limits that can be told by hand, and the coverage for new groups, simulated."""

import numpy as np
import pytest

from training.errors import TrainingError
from training.evaluation import clustering
from training.evaluation.groups import Groups
from training.evaluation.interval import proportion
from training.evaluation.thresholds import Costs, choose_band, choose_threshold


@pytest.mark.parametrize(
    ("sizes", "within", "expected"), [([1] * 9, 0.4, 9), ([7] * 6, 1.0, 6), ([7] * 6, 0.0, 42), ([5, 1], 1.0, 36 / 26)]
)
def test_images_are_worth_as_many_independent_ones_as_kish_says(
    sizes: list[int], within: float, expected: float
) -> None:
    assert clustering.worth(Groups.of(np.repeat(np.arange(len(sizes)), sizes)), within) == pytest.approx(expected)


def test_images_that_are_right_or_wrong_by_groups_are_worth_their_groups_and_others_far_more() -> None:
    groups = Groups.of(np.repeat(np.arange(20), 8))
    by_group = np.repeat(np.arange(20) % 2, 8).astype(float)
    by_chance = np.tile([0.0, 1.0], 80)
    assert clustering.correlation(by_group, groups) >= 0.9
    assert clustering.correlation(by_chance, groups) <= 0.05
    assert clustering.correlation(by_chance, Groups.alone(160)) == 0


def test_an_error_more_never_makes_a_narrower_interval_than_its_groups_would_carry() -> None:
    """Where all are right nothing is known of how alike they err; one error may not make that a certainty."""
    groups = Groups.of(np.repeat(np.arange(6), 7))
    right = np.ones(42)
    one_wrong = np.where(np.arange(42) == 3, 0.0, 1.0)
    for hits in (right, one_wrong):
        worth = clustering.worth(groups, clustering.correlation(hits, groups))
        assert 6 <= worth <= 25


@pytest.mark.parametrize("within", [0.1, 0.5])
@pytest.mark.parametrize("number", [6, 15])
def test_the_interval_holds_the_share_of_new_groups(number: int, within: float) -> None:
    """Beta-binomial groups; the interval that takes each image for an independent one is tried on the same draws."""
    generator = np.random.default_rng(number)
    share, spread, draws = 0.8, (1 - within) / within, 300
    groups = Groups.of(np.repeat(np.arange(number), 10))
    held = np.zeros(2)
    for _ in range(draws):
        shares = generator.beta(share * spread, (1 - share) * spread, number)
        hits = (generator.random(len(groups)) < shares[groups.numbers]).astype(float)
        worth = clustering.worth(groups, clustering.correlation(hits, groups))
        honest = proportion(float(hits.mean()), len(hits), len(hits) / worth)
        naive = proportion(float(hits.mean()), len(hits))
        held += [one.low <= share <= one.high for one in (honest, naive)]
    assert held[0] / draws >= 0.9
    assert held[1] < held[0]


def test_near_duplicates_are_merged_before_their_group_is_weighed() -> None:
    hits, duplicates = np.array([1.0, 0.0, 1.0, 1.0]), np.array([5, 5, 7, 9])
    values, groups = clustering.merge(hits, Groups.of(np.array([0, 0, 0, 1]), duplicates))
    assert values.tolist() == [0.5, 1.0, 1.0]
    assert groups.numbers.tolist() == [0, 0, 1]
    counted = clustering.count(hits, np.array([0, 0, 0, 1]), Groups.of(np.array([0, 0, 0, 1]), duplicates))
    assert (counted.n, counted.negatives, counted.positives) == (3, 2, 1)


def test_without_groups_every_image_is_worth_one() -> None:
    counted = clustering.count(np.ones(30), np.arange(30) % 2, Groups.alone(30))
    assert (counted.n, counted.inflation, counted.note) == (30, 1.0, "")


def test_the_threshold_and_the_band_promise_for_new_groups() -> None:
    """Twelve groups of ten images that score alike: at a rate of a tenth, new groups pass as often as was promised."""
    generator = np.random.default_rng(1)
    number, size, draws, rate = 12, 10, 400, 0.1
    groups = Groups.of(np.repeat(np.arange(2 * number), size))
    labels = np.repeat([0, 1], number * size)
    passed, wrong = [], []
    for _ in range(draws):
        centres = generator.normal(np.repeat([-1, 1], number), 1)
        scores = 1 / (1 + np.exp(-centres[groups.numbers] - generator.normal(0, 0.3, len(groups))))
        new = 1 / (1 + np.exp(-generator.normal(-1, 1, 200) - generator.normal(0, 0.3, 200)))
        passed.append((new >= choose_threshold(scores, labels, Costs(at_most_false_yes=rate), groups)).mean())
        wrong.append((new >= choose_band(scores, labels, 0.5, rate, groups).high).mean())
    for shares in (passed, wrong):
        assert np.mean(shares) <= rate + 3 * np.std(shares) / np.sqrt(draws)
    assert np.mean(passed) >= rate / 3


def test_a_rate_that_groups_cannot_promise_is_refused_in_groups() -> None:
    scores, labels = np.linspace(0.1, 0.9, 60), np.repeat([0, 1], 30)
    with pytest.raises(
        TrainingError, match=r"from 6 groups of the negative class; at least 19 are needed\. Add groups"
    ):
        choose_threshold(scores, labels, Costs(at_most_false_yes=0.05), Groups.of(np.arange(60) // 5))
