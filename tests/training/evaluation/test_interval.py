import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from training.evaluation import interval
from training.evaluation.groups import Groups


@pytest.mark.parametrize(
    ("successes", "n"),
    [(0, 1), (1, 1), (0, 10), (1, 10), (9, 10), (10, 10), (30, 35), (35, 35), (123, 1000), (0, 10_000)],
)
def test_a_proportion_has_the_wilson_interval(successes: int, n: int) -> None:
    oracle = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    estimate = interval.proportion(successes / n, n)
    assert (estimate.low, estimate.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
    assert estimate.low <= estimate.value <= estimate.high
    assert (estimate.value, estimate.n) == (successes / n, n)


def test_twice_the_variance_is_half_the_images() -> None:
    wide, half = interval.proportion(0.8, 40, inflation=2.0), interval.proportion(0.8, 20)
    assert (wide.low, wide.high) == pytest.approx((half.low, half.high))
    assert wide.n == 40
    narrow, wide = interval.ranking(0.8, 5000, 5000), interval.ranking(0.8, 5000, 5000, inflation=4.0)
    assert wide.high - wide.low == pytest.approx(2 * (narrow.high - narrow.low), rel=0.01)


def test_a_share_averaged_over_repeats_need_not_be_a_whole_number_of_images() -> None:
    low, middle, high = (interval.proportion(share, 35) for share in (30 / 35, 30.5 / 35, 31 / 35))
    assert low.low < middle.low < high.low
    assert low.high < middle.high < high.high


@given(st.floats(0, 1), st.integers(1, 300), st.integers(1, 300))
def test_an_interval_of_a_ranking_contains_it_and_stays_between_0_and_1(
    auroc: float, negatives: int, positives: int
) -> None:
    estimate = interval.ranking(auroc, negatives, positives)
    assert 0 <= estimate.low <= auroc <= estimate.high <= 1
    assert estimate.low < estimate.high
    assert estimate.n == negatives + positives


def _standard_error(area: float, n: int) -> float:
    """Hanley and McNeil (1982), equation 1, for n images of each class."""
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (n - 1) * (second - area**2)
    return float(np.sqrt(spread) / n)


def test_of_many_images_the_ranking_has_the_interval_of_hanley_and_mcneil() -> None:
    half = stats.norm.ppf(0.975) * _standard_error(0.8, 5000)
    estimate = interval.ranking(0.8, 5000, 5000)
    assert (estimate.low, estimate.high) == pytest.approx((0.8 - half, 0.8 + half), abs=2e-4)


@pytest.mark.parametrize("auroc", [0.0, 1e-12, 0.02, 0.5, 0.9, 0.9999999999999999, 1.0])
@pytest.mark.parametrize("n", [2, 5, 20, 300])
def test_from_either_end_the_measured_area_is_as_far_as_the_method_says(auroc: float, n: int) -> None:
    estimate = interval.ranking(auroc, n, n)
    for end, outermost in ((estimate.low, 0.0), (estimate.high, 1.0)):
        if end != outermost:
            assert abs(auroc - end) == pytest.approx(stats.norm.ppf(0.975) * _standard_error(end, n), rel=1e-5)
        assert end == outermost or 1e-9 < end < 1 - 1e-9
    assert estimate.low <= auroc <= estimate.high
    assert estimate.high - estimate.low > 1 / (n * n)


def test_a_ranking_is_the_same_backwards_and_surer_with_more_images() -> None:
    there, back = interval.ranking(0.9, 20, 20), interval.ranking(0.1, 20, 20)
    assert (there.low, there.high) == pytest.approx((1 - back.high, 1 - back.low))
    widths = [interval.ranking(1.0, n, n).high - interval.ranking(1.0, n, n).low for n in (2, 5, 20, 100)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("true_area", [0.6, 0.75, 0.9, 0.97])
@pytest.mark.parametrize(("negatives", "positives"), [(5, 5), (17, 18), (10, 40), (100, 100)])
def test_the_interval_of_a_ranking_covers_the_true_area(true_area: float, negatives: int, positives: int) -> None:
    generator = np.random.default_rng(0)
    shift = np.sqrt(2) * stats.norm.ppf(true_area)  # two normal distributions this far apart have that area
    draws, covered = 2000, 0
    no, yes = generator.normal(size=(draws, negatives, 1)), generator.normal(shift, size=(draws, 1, positives))
    for area in (yes > no).mean(axis=(1, 2)):
        estimate = interval.ranking(area, negatives, positives)
        covered += estimate.low <= true_area <= estimate.high
    assert covered / draws >= 0.93


def test_a_mean_loss_of_many_images_has_the_normal_interval() -> None:
    losses = np.random.default_rng(1).exponential(size=5000)
    estimate = interval.loss(losses, Groups.alone(5000))
    half = stats.norm.ppf(0.975) * losses.std() / np.sqrt(5000)
    assert estimate.value == losses.mean()
    assert (estimate.low, estimate.high) == pytest.approx((losses.mean() - half, losses.mean() + half), abs=0.1 * half)
    assert estimate.n == 5000


def test_the_interval_of_a_few_losses_is_the_moderated_one_by_hand() -> None:
    """Four losses; ten images' worth of a deviation of twice the mean; 13 degrees of freedom, by scipy."""
    losses = np.array([0.1, 0.2, 0.4, 0.1])
    estimate = interval.loss(losses, Groups.alone(4), inflation=2.5)
    variance = (10 * (2 * 0.2) ** 2 + 3 * losses.var(ddof=1)) / 13
    away = stats.t(13).ppf(0.975) * np.sqrt(2.5 * variance / 4) / 0.2
    assert np.log([estimate.low, estimate.high]) == pytest.approx(np.log(0.2) + np.array([-away, away]))


def test_copies_of_an_image_add_no_certainty() -> None:
    losses = np.random.default_rng(2).exponential(size=100)
    once = interval.loss(losses, Groups.alone(100))
    copied = interval.loss(np.repeat(losses, 5), Groups.of(np.repeat(np.arange(100), 5)))
    assert (copied.low, copied.high) == pytest.approx((once.low, once.high))
    assert copied.n == 100
    assert interval.loss(np.repeat(losses, 5), Groups.alone(500)).high < copied.high


def test_groups_of_several_sizes_count_by_their_images() -> None:
    losses, groups = np.array([0.1, 0.1, 0.1, 1.7]), Groups.of(np.array([7, 7, 7, 3]))
    estimate = interval.loss(losses, groups)
    assert estimate.value == pytest.approx(0.5)
    assert estimate.n == 2
    assert 0 < estimate.low < 0.5 < estimate.high


def test_where_nothing_was_lost_there_is_no_width_and_no_error() -> None:
    estimate = interval.loss(np.zeros(3), Groups.alone(3))
    assert (estimate.low, estimate.value, estimate.high) == (0, 0, 0)


@pytest.mark.parametrize("n", [10, 20, 60])
@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_the_interval_of_a_mean_loss_covers_the_true_one(n: int, scale: float) -> None:
    """Of log losses of scores that tell nothing, which is where an interval must not be too short."""
    generator = np.random.default_rng(n)
    truth = np.logaddexp(0, scale * generator.normal(size=1_000_000)).mean()
    draws, covered = 1000, 0
    for drawn in np.logaddexp(0, scale * generator.normal(size=(draws, n))):
        estimate = interval.loss(drawn, Groups.alone(n))
        covered += estimate.low <= truth <= estimate.high
    assert covered / draws >= 0.94


def test_the_better_end_allows_for_the_images_that_the_folds_went_without() -> None:
    accuracy = interval.of_all(interval.Estimate(0.8, 0.6, 0.9, 20, "score"), 1.0, 0.8)
    assert (accuracy.value, accuracy.low, accuracy.high) == pytest.approx((0.8, 0.6, 0.92))
    loss = interval.of_all(interval.Estimate(0.4, 0.2, 0.9, 20, "t"), 0.0, 0.5)
    assert (loss.value, loss.low, loss.high) == pytest.approx((0.4, 0.1, 0.9))
    perfect = interval.Estimate(1.0, 0.9, 1.0, 20, "score")
    assert interval.of_all(perfect, 1.0, 0.8) == interval.of_all(perfect, 1.0, 1.0) == perfect


def test_a_loss_may_be_higher_by_the_mistakes_that_so_few_images_need_not_show() -> None:
    unseen = 1 - 0.05 ** (1 / 12)
    assert stats.binom.pmf(0, 12, unseen) == pytest.approx(0.05)
    for losses in (np.zeros(12), np.full(12, 1e-4)):
        found = interval.loss(losses, Groups.alone(12), mistake=0.25)
        assert found.high == pytest.approx(losses.mean() + 0.25 * unseen)
    large = np.random.default_rng(0).exponential(1, 12)
    assert interval.loss(large, Groups.alone(12), mistake=0.25) == interval.loss(large, Groups.alone(12))
