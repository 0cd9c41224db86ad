"""The choice by hand on small tables, and what follows from images that are copies or too many."""

import dataclasses
import tracemalloc

import numpy as np
import pytest

from training.evaluation import choosing, interval, scores
from training.evaluation.choosing import Scored

FIELDS = ("accuracy", "auroc", "log_loss", "brier")


def _from_losses(name, losses, megabytes, choosable=True):
    """A candidate with given log losses on images that are all positive: loss = log(1 + exp(-logit))."""
    return Scored(name, -np.log(np.expm1(np.array(losses, dtype=float)))[None], megabytes, choosable)


def _choose(*candidates, groups=None):
    n = candidates[0].logits.shape[1]
    return choosing.choose(candidates, np.ones(n, np.int64), np.arange(n) if groups is None else groups)


BEST = _from_losses("large", [0.50, 0.50, 0.50, 0.50], 10.0)


@pytest.mark.parametrize(
    ("losses", "chosen"),
    [
        ([0.50, 0.52, 0.50, 0.52], 0),  # 0.01 worse; the standard error is 0.01 / sqrt(4) = 0.005
        ([0.498, 0.506, 0.498, 0.506], 1),  # 0.002 worse, error 0.002: within it, and 0.006 with two to spare
        ([0.49, 0.53, 0.49, 0.53], 0),  # 0.01 worse, error 0.01: within it, but perhaps 0.03 worse
        ([0.51, 0.51, 0.51, 0.51], 0),  # 0.01 worse without any doubt
        ([0.50, 0.50, 0.50, 0.50], 1),  # a tie goes to the smaller
        ([0.47, 0.57, 0.47, 0.57], 0),  # 0.02 worse, error 0.025: within it, but perhaps 0.07 worse
        ([0.30, 0.62, 0.40, 0.60], 0),  # 0.02 better, error 0.067: perhaps luck, perhaps much worse
    ],
)
def test_a_smaller_one_wins_within_one_standard_error_unless_it_may_be_much_worse(losses, chosen):
    assert _choose(BEST, _from_losses("small", losses, 1.0)) == chosen


@pytest.mark.parametrize(
    ("losses", "chosen"),
    [
        ([0.47, 0.48, 0.47, 0.48], 1),  # 0.025 better, error 0.0025
        ([0.40, 0.53, 0.46, 0.53], 0),  # 0.02 better, error 0.027: too uncertain a gain
        ([0.45, 0.52, 0.45, 0.50], 0),  # 0.02 better, error 0.0154: more than one of them, less than two
        ([0.46, 0.50, 0.46, 0.50], 0),  # 0.02 better, error 0.01: two of them, and of four images 3.18 are asked for
        ([0.47, 0.49, 0.47, 0.49], 1),  # 0.02 better, error 0.005
    ],
)
def test_the_first_is_displaced_only_on_evidence(losses, chosen):
    assert _choose(BEST, _from_losses("larger", losses, 20.0)) == chosen


@pytest.mark.parametrize(("others", "chosen"), [(0, 1), (3, 0)])
def test_one_of_many_needs_more_evidence_than_a_single_rival(others, chosen):
    """0.02 better with an error of 0.005 is 4 of them; Student's t of 3 asks one for 3.18, each of four for 5.39."""
    worse = [_from_losses(str(number), [0.9, 0.8, 0.9, 0.8], 20.0) for number in range(others)]
    assert _choose(BEST, _from_losses("larger", [0.47, 0.49, 0.47, 0.49], 20.0), *worse) == chosen


def test_the_first_of_equals_is_kept_in_most_draws():
    """Six candidates of the same quality on 12 images: luck displaces the first in at most a tenth of draws."""
    generator = np.random.default_rng(5)
    moved = 0
    for _ in range(200):
        noise = generator.normal(0, 0.2, (12, 6)) + generator.normal(0.6, 0.2, (12, 1))
        losses = np.maximum(noise, 0.01).T
        moved += _choose(*(_from_losses(str(at), row, 5.0 + at) for at, row in enumerate(losses))) != 0
    assert moved <= 20


@pytest.mark.parametrize(("level", "chosen"), [(0.5, 1), (0.06, 1), (0.05, 0)])
def test_of_a_small_loss_a_smaller_one_may_lose_a_quarter(level, chosen):
    """0.005 worse with an error of 0.005: perhaps 0.015 worse, which is a quarter of 0.06."""
    small = [level - 0.005, level + 0.015] * 2
    assert _choose(_from_losses("large", [level + 1e-6] * 4, 10.0), _from_losses("small", small, 1.0)) == chosen


def test_of_equal_sizes_the_better_one_wins():
    assert _choose(BEST, _from_losses("as large", [0.48, 0.53, 0.48, 0.50], 10.0)) == 1


def test_near_duplicates_count_as_one_image_in_the_standard_error():
    losses, large = [0.4973, 0.5073, 0.4993, 0.5023], _from_losses("large", [0.5] * 8, 10.0)  # 0.00155 worse on average
    separate, copied = np.std(losses) / np.sqrt([8, 4])  # the standard errors of eight images, and of four
    assert separate < 0.00155 < copied
    small = _from_losses("small", losses * 2, 1.0)
    assert _choose(large, small, groups=np.arange(8)) == 0
    assert _choose(large, small, groups=np.array([3, 4, 5, 9, 3, 4, 5, 9])) == 1


def test_a_candidate_that_may_not_be_chosen_never_is_and_changes_nothing():
    generator = np.random.default_rng(0)
    labels, groups = np.arange(30) % 2, np.arange(30)
    rivals = [Scored(str(k), generator.normal(0.5 * (2 * labels - 1), 1, (2, 30)), 2.0) for k in range(3)]
    perfect = Scored("question", np.tile(40.0 * (2 * labels - 1), (2, 1)), 0.1, choosable=False)
    for position in range(4):
        beside = [*rivals[:position], perfect, *rivals[position:]]
        chosen = choosing.choose(beside, labels, groups)
        assert beside[chosen] is rivals[choosing.choose(rivals, labels, groups)]
        assert choosing.measure(beside, chosen, labels, groups, 0) == choosing.measure(
            rivals, rivals.index(beside[chosen]), labels, groups, 0
        )


def test_one_candidate_is_measured_as_it_is():
    generator = np.random.default_rng(1)
    labels, groups = np.arange(30) % 2, np.repeat(np.arange(15), 2)
    one = Scored("one", generator.normal(labels, 1, (3, 30)), 1.0)
    found = choosing.measure([one], 0, labels, groups, 0)
    assert found.optimism == 0
    plain = interval.proportion(scores.hits(one.logits, labels).mean(), 15)
    assert (found.accuracy.value, found.accuracy.n) == (plain.value, 15)
    assert found.accuracy.low < plain.low < plain.high < found.accuracy.high  # models that share images err alike
    assert found.auroc.value == scores.auroc(one.logits, labels)
    assert found.log_loss == interval.average(scores.log_losses(one.logits, labels), groups, 0)
    assert {getattr(found, name).n for name in FIELDS} == {15, 30}  # both classes' groups hold both labels here


def test_copies_of_every_image_change_neither_choice_nor_interval():
    generator = np.random.default_rng(2)
    labels = np.arange(20) % 2
    once = [Scored(str(k), generator.normal(labels, 1, (2, 20)), 1.0 + k) for k in range(4)]
    thrice = [dataclasses.replace(one, logits=np.tile(one.logits, 3)) for one in once]
    chosen = choosing.choose(once, labels, np.arange(20))
    assert choosing.choose(thrice, np.tile(labels, 3), np.tile(np.arange(20), 3)) == chosen
    few = choosing.measure(once, chosen, labels, np.arange(20), 0)
    many = choosing.measure(thrice, chosen, np.tile(labels, 3), np.tile(np.arange(20), 3), 0)
    for name in FIELDS:
        first, second = getattr(few, name), getattr(many, name)
        assert (second.value, second.low, second.high) == pytest.approx((first.value, first.low, first.high))
        assert second.n == first.n


def test_ten_thousand_images_take_little_memory():
    """A table of every image against every group would take 800 MB, and one of all draws 160 MB."""
    n = 10_000
    labels = np.arange(n) % 2
    generator = np.random.default_rng(3)
    candidates = [Scored(str(k), generator.normal(labels, 1, (1, n)), 1.0) for k in range(2)]
    tracemalloc.start()
    found = choosing.measure(candidates, choosing.choose(candidates, labels, np.arange(n)), labels, np.arange(n), 0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6
    assert found.accuracy.n == n
