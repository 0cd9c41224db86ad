"""The choice by hand on small tables, and what follows from images that are copies or too many."""

import dataclasses
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student

from training.evaluation import choosing, interval, scores
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.evaluation.splitting import split

FIELDS = ("accuracy", "auroc", "log_loss", "brier")


def _from_losses(
    name: str, losses: Sequence[float] | NDArray[np.float64], megabytes: float, choosable: bool = True
) -> Scored:
    """A candidate with given log losses on images that are all positive: loss = log(1 + exp(-logit))."""
    return Scored(name, -np.log(np.expm1(np.array(losses, dtype=float)))[None], megabytes, choosable)


def _choose(*candidates: Scored, groups: Groups | None = None) -> int:
    n = candidates[0].logits.shape[1]
    return choosing.choose(candidates, np.ones(n, np.int64), groups or Groups.alone(n))


def _repeat(losses: Sequence[float] | NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The losses one after the other, over and over, to `n` images."""
    return np.resize(losses, n)


def _large(n: int, level: float = 0.5) -> Scored:
    return _from_losses("large", [level] * n, 10.0)


@pytest.mark.parametrize(
    ("n", "losses", "chosen"),
    [
        # 10 images' worth of a deviation of 0.5 beside 400 of nearly none: an error of 0.5 * sqrt(10 / 409 / 400)
        (400, [0.50, 0.52], 0),  # 0.01 worse; the standard error is 0.004
        (400, [0.498, 0.506], 1),  # 0.002 worse: within it, and 0.010 with two to spare
        (400, [0.50], 1),  # a tie goes to the smaller
        (4, [0.50], 0),  # of four images that are told alike the error is 0.22: perhaps 0.44 worse
        (400, [0.303, 0.703], 0),  # 0.003 worse, error 0.011: within it, but perhaps 0.024 worse
        (400, [0.505], 0),  # 0.005 worse in each: beyond one error
    ],
)
def test_a_smaller_one_wins_within_one_standard_error_unless_it_may_be_much_worse(
    n: int, losses: list[float], chosen: int
) -> None:
    assert _choose(_large(n), _from_losses("small", _repeat(losses, n), 1.0)) == chosen


@pytest.mark.parametrize(
    ("megabytes", "work", "chosen"),
    [
        (10.0, 50.0, 1),  # the same file, half of the work
        (10.0, 100.0, 0),  # neither less
        (11.0, 50.0, 0),  # half of the work in a larger file
        (9.0, 101.0, 0),  # a smaller file and more work
        (9.0, 100.0, 1),
    ],
)
def test_of_two_that_are_as_good_the_one_that_takes_less_and_more_of_nothing_wins(
    megabytes: float, work: float, chosen: int
) -> None:
    first = dataclasses.replace(_large(400), work=100.0)
    assert _choose(first, dataclasses.replace(_from_losses("other", [0.5] * 400, megabytes), work=work)) == chosen


def test_of_several_that_are_as_good_the_least_work_wins_before_the_smallest_file() -> None:
    first = dataclasses.replace(_large(400), work=100.0)
    small = dataclasses.replace(_from_losses("small", [0.5] * 400, 1.0), work=75.0)
    quick = dataclasses.replace(_from_losses("quick", [0.5] * 400, 10.0), work=50.0)
    assert _choose(first, small, quick) == 2


@pytest.mark.parametrize(
    ("n", "losses", "chosen"),
    [
        (100, [0.41, 0.51], 1),  # 0.04 better, error 0.016
        (100, [0.425, 0.525], 0),  # 0.025 better, error 0.016: less than two of them
        (100, [0.16, 0.76], 0),  # 0.04 better, error 0.032
        (4, [0.1], 0),  # 0.4 better in each of four images, which may all be lucky: the error is 0.22
    ],
)
def test_the_first_is_displaced_only_on_evidence(n: int, losses: list[float], chosen: int) -> None:
    assert _choose(_large(n), _from_losses("larger", _repeat(losses, n), 20.0)) == chosen


@pytest.mark.parametrize("deviation", [0.1, 0.5])
@pytest.mark.parametrize("n", [10, 35, 100])
def test_the_evidence_asked_for_is_that_of_a_moderated_t(n: int, deviation: float) -> None:
    """Smyth (2004), by hand with scipy: a gain just below and just above what one rival needs."""
    pattern = deviation * np.resize([-1.0, 1.0], n)
    pattern -= pattern.mean()
    own = (pattern**2).sum()
    variance = (10 * 1.2**2 + (n - 1) / n * own) / (10 + n - 1)
    needed = student.ppf(0.975, 10 + n - 1) * np.sqrt(variance / n)
    for factor, chosen in ((0.98, 0), (1.02, 1)):
        losses = np.maximum(1.2 - factor * needed + pattern, 1e-6)
        if losses.min() > 1e-6:
            assert _choose(_large(n, 1.2), _from_losses("larger", losses, 20.0)) == chosen


@pytest.mark.parametrize(("others", "chosen"), [(0, 1), (3, 0)])
def test_one_of_many_needs_more_evidence_than_a_single_rival(others: int, chosen: int) -> None:
    """0.038 better with an error of 0.0159 is 2.39 of them; Student's t asks one for 1.98, each of four for 2.54."""
    worse = [_from_losses(str(number), _repeat([0.9, 0.8], 100), 20.0) for number in range(others)]
    assert _choose(_large(100), _from_losses("larger", _repeat([0.412, 0.512], 100), 20.0), *worse) == chosen


def test_the_first_of_equals_is_kept_in_most_draws() -> None:
    """Six candidates of the same quality on 12 images: luck displaces the first in at most a tenth of draws."""
    generator = np.random.default_rng(5)
    moved = 0
    for _ in range(200):
        noise = generator.normal(0, 0.2, (12, 6)) + generator.normal(0.6, 0.2, (12, 1))
        losses = np.maximum(noise, 0.01).T
        moved += _choose(*(_from_losses(str(at), row, 5.0 + at) for at, row in enumerate(losses))) != 0
    assert moved <= 20


@pytest.mark.parametrize(("level", "chosen"), [(0.06, 1), (0.04, 0)])
def test_of_a_small_loss_a_smaller_one_may_lose_a_quarter(level: float, chosen: int) -> None:
    """0.002 worse with an error of 0.005 and 0.004: perhaps 0.0123 of 0.015 worse, and perhaps 0.0101 of 0.0100."""
    small = _repeat([level - 0.018, level + 0.022], 40)
    assert _choose(_large(40, level), _from_losses("small", small, 1.0)) == chosen


def test_of_equal_sizes_the_better_one_wins() -> None:
    assert _choose(_large(400), _from_losses("as large", _repeat([0.48, 0.53, 0.48, 0.50], 400), 10.0)) == 1


def test_near_duplicates_count_as_one_image_in_the_standard_error() -> None:
    """0.003 worse; the standard errors are 0.002 of 800 images, and 0.004 of 400."""
    small = _from_losses("small", _repeat([0.502, 0.504], 800), 1.0)
    assert _choose(_large(800), small, groups=Groups.alone(800)) == 0
    assert _choose(_large(800), small, groups=Groups.of(np.tile(np.arange(400), 2))) == 1


@pytest.mark.parametrize("seed", range(12))
def test_the_correction_makes_no_estimate_better_than_its_own_cross_validation(seed: int) -> None:
    generator = np.random.default_rng(seed)
    labels, groups = np.arange(24) % 2, Groups.alone(24)
    signs, shifts = 2 * labels - 1, generator.normal(0.5, 0.5, 5)
    candidates = [Scored(str(k), generator.normal(shift * signs, 1, (1, 24)), 1.0) for k, shift in enumerate(shifts)]
    for position, one in enumerate(candidates):
        found = choosing.measure(candidates, position, labels, groups, seed)
        assert found.accuracy.value <= scores.hits(one.logits, labels).mean() + 1e-12
        assert found.auroc.value <= scores.auroc(one.logits, labels) + 1e-12
        assert found.log_loss.value >= scores.log_losses(one.logits, labels).mean() - 1e-12
        assert found.brier.value >= scores.brier_losses(one.logits, labels).mean() - 1e-12


def test_a_candidate_that_may_not_be_chosen_never_is_and_changes_nothing() -> None:
    generator = np.random.default_rng(0)
    labels, groups = np.arange(30) % 2, Groups.alone(30)
    rivals = [Scored(str(k), generator.normal(0.5 * (2 * labels - 1), 1, (2, 30)), 2.0) for k in range(3)]
    perfect = Scored("question", np.tile(40.0 * (2 * labels - 1), (2, 1)), 0.1, choosable=False)
    for position in range(4):
        beside = [*rivals[:position], perfect, *rivals[position:]]
        chosen = choosing.choose(beside, labels, groups)
        assert beside[chosen] is rivals[choosing.choose(rivals, labels, groups)]
        assert choosing.measure(beside, chosen, labels, groups, 0) == choosing.measure(
            rivals, rivals.index(beside[chosen]), labels, groups, 0
        )


def test_one_candidate_is_measured_as_it_is() -> None:
    generator = np.random.default_rng(1)
    labels, groups = np.arange(30) % 2, Groups.of(np.repeat(np.arange(15), 2))
    one = Scored("one", generator.normal(labels, 1, (3, 30)), 1.0)
    found = choosing.measure([one], 0, labels, groups, 0)
    assert found.optimism == 0
    plain = interval.proportion(scores.hits(one.logits, labels).mean(), 15)
    assert (found.accuracy.value, found.accuracy.n) == (plain.value, 15)
    assert found.accuracy.low < plain.low < plain.high < found.accuracy.high  # models that share images err alike
    assert found.auroc.value == scores.auroc(one.logits, labels)
    assert found.log_loss == interval.loss(scores.log_losses(one.logits, labels), groups, choosing.LOSS_INFLATION)
    assert {getattr(found, name).n for name in FIELDS} == {15, 30}  # both classes' groups hold both labels here


def test_the_folds_extend_the_better_ends_alone() -> None:
    generator = np.random.default_rng(1)
    labels, groups = np.arange(30) % 2, Groups.alone(30)
    one = [Scored("one", generator.normal(labels, 1, (1, 30)), 1.0)]
    plain = choosing.measure(one, 0, labels, groups, 0)
    told = choosing.measure(one, 0, labels, groups, 0, folds=split(labels, groups, 5, 1, 0))
    assert (told.accuracy.value, told.accuracy.low) == (plain.accuracy.value, plain.accuracy.low)
    assert 1 - told.accuracy.high == pytest.approx(0.8 * (1 - plain.accuracy.high))
    assert (told.log_loss.high, told.log_loss.low) == pytest.approx((plain.log_loss.high, 0.8 * plain.log_loss.low))


def test_ten_images_told_perfectly_promise_no_perfect_loss() -> None:
    labels = np.arange(10) % 2
    perfect = [Scored("perfect", np.where(labels == 1, 9.0, -9.0)[None], 1.0)]
    found = choosing.measure(perfect, 0, labels, Groups.alone(10), 0)
    unseen = 1 - 0.05**0.1  # the share of mistakes of which ten images show none in one case of twenty
    assert found.log_loss.high == pytest.approx(np.log1p(np.exp(-9)) + unseen * np.log(2))
    assert found.brier.high == pytest.approx(0.25 * unseen, abs=1e-6)


def test_the_interval_of_a_brier_score_ends_where_the_score_does() -> None:
    labels = np.arange(10) % 2
    poor = [Scored("poor", np.where(labels == np.arange(10) // 5, 2.0, -2.0)[None] * (2 * labels - 1), 1.0)]
    found = choosing.measure(poor, 0, labels, Groups.alone(10), 0)
    assert 0.2 < found.brier.value < found.brier.high == 1.0
    assert found.log_loss.high > 1.0  # which has no end


def test_copies_of_every_image_change_neither_choice_nor_interval() -> None:
    generator = np.random.default_rng(2)
    labels = np.arange(20) % 2
    once = [Scored(str(k), generator.normal(labels, 1, (2, 20)), 1.0 + k) for k in range(4)]
    thrice = [dataclasses.replace(one, logits=np.tile(one.logits, 3)) for one in once]
    chosen = choosing.choose(once, labels, Groups.alone(20))
    assert choosing.choose(thrice, np.tile(labels, 3), Groups.of(np.tile(np.arange(20), 3))) == chosen
    few = choosing.measure(once, chosen, labels, Groups.alone(20), 0)
    many = choosing.measure(thrice, chosen, np.tile(labels, 3), Groups.of(np.tile(np.arange(20), 3)), 0)
    for name in FIELDS:
        first, second = getattr(few, name), getattr(many, name)
        assert (second.value, second.low, second.high) == pytest.approx((first.value, first.low, first.high))
        assert second.n == first.n


def test_ten_thousand_images_take_little_memory() -> None:
    """A table of every image against every group would take 800 MB, and one of all draws 160 MB."""
    n = 10_000
    labels = np.arange(n) % 2
    generator = np.random.default_rng(3)
    candidates = [Scored(str(k), generator.normal(labels, 1, (1, n)), 1.0) for k in range(2)]
    tracemalloc.start()
    found = choosing.measure(
        candidates, choosing.choose(candidates, labels, Groups.alone(n)), labels, Groups.alone(n), 0
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6
    assert found.accuracy.n == n
