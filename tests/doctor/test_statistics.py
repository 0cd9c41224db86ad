from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from doctor.case import Case
from doctor.chance import chance, entropy_of_error
from doctor.context import Context
from doctor.curves import load
from doctor.scale import scale_of
from doctor.statistics import GROUPS, robust
from tests.doctor import curves_by_hand as by_hand


@pytest.mark.parametrize("seed", range(5))
def test_slope_and_monotony_agree_with_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=30) + 0.05 * seed * np.arange(30)

    assert robust.slope(values) == pytest.approx(stats.theilslopes(values).slope)
    tau = stats.kendalltau(np.arange(30), values, method="asymptotic")
    expected = stats.norm.isf(tau.pvalue / 2) * np.sign(tau.statistic)
    assert robust.monotony(values) == pytest.approx(expected, abs=0.06)  # scipy does not correct for continuity


@pytest.mark.parametrize("trend", [np.zeros(4000), np.linspace(0, 80, 4000), np.exp(-np.arange(4000) / 500)])
def test_noise_is_found_under_any_smooth_trend(trend: np.ndarray) -> None:
    values = trend + np.random.default_rng(0).normal(0, 0.02, 4000)

    assert robust.noise(values) == pytest.approx(0.02, rel=0.06)


def test_noise_is_not_raised_by_single_jumps() -> None:
    values = np.random.default_rng(0).normal(0, 0.02, 400)
    values[::40] += 5

    assert robust.noise(values) < 0.03


def test_sign_changes_of_noise_and_of_a_monotone_curve() -> None:
    assert robust.sign_changes(np.random.default_rng(0).normal(size=5000)) == pytest.approx(2 / 3, abs=0.02)
    assert robust.sign_changes(np.arange(50.0)) == 0


@pytest.mark.parametrize(
    ("counts", "loss", "accuracy"),
    [((50, 50), math.log(2), 0.5), ((90, 10), 0.325083, 0.9), ((1, 1, 2), 1.5 * math.log(2), 0.5)],
)
def test_the_cost_of_guessing(counts: tuple[int, ...], loss: float, accuracy: float) -> None:
    found = chance(Context(class_counts_train=counts))

    assert found.loss == pytest.approx(loss, rel=1e-5)
    assert found.accuracy == accuracy
    assert (found.val_loss, found.val_accuracy) == (found.loss, found.accuracy)


def test_entropy_of_error_is_that_of_scipy() -> None:
    assert entropy_of_error(0.8) == pytest.approx(stats.entropy([0.8, 0.2]))


def test_measures_have_different_names_in_every_group_and_are_all_there_for_the_shortest_run() -> None:
    short, long = load({"loss": [0.5]}), load(by_hand.healthy())
    context = Context.of(by_hand.CONTEXT)
    names = [name for group in GROUPS for name in group.measure(long, context, scale_of(long, context))]

    assert len(names) == len(set(names))
    assert set(Case.of(short, Context()).measures) == set(names)


def test_losses_are_measured_in_units_of_guessing() -> None:
    even = Case.of(load(by_hand.healthy()), Context(class_counts_train=(50, 50), class_counts_val=(50, 50))).measures
    rare = Case.of(load(by_hand.healthy()), Context(class_counts_train=(90, 10), class_counts_val=(90, 10))).measures

    shift = math.log10(math.log(2) / 0.325083)
    assert rare["loss_last"] - even["loss_last"] == pytest.approx(shift, abs=1e-5)


def test_an_unfinished_exponential_fall_is_extrapolated_to_its_end() -> None:
    epochs = np.arange(30)
    loss = 0.2 + 0.5 * np.exp(-epochs / 20)

    found = Case.of(load({"loss": loss}), Context()).measures

    still_to_come = (loss[27] - 0.2) / math.log(2)
    assert found["loss_remaining"] == pytest.approx(still_to_come, rel=0.15)


@pytest.mark.parametrize(
    "curve",
    [lambda t: 0.1 + 0.9 * np.exp(-t / 15), lambda t: 0.2 + 0.8 / np.sqrt(t), lambda t: 1 / t, lambda t: 0.3 + 0 * t],
    ids=["exponential", "power", "power without a rest", "flat"],
)
def test_what_a_run_three_times_as_long_would_bring_is_forecast(curve: Callable[[np.ndarray], np.ndarray]) -> None:
    values = curve(np.arange(1.0, 121.0))
    shown = Case.of(load({"loss": np.log(2) * values[:40]}), Context(task="binary"))

    assert shown["loss_to_come"] == pytest.approx(values[39] - values[119], abs=0.03)


def test_a_loss_that_rises_has_nothing_to_come() -> None:
    assert Case.of(load({"loss": np.linspace(0.3, 0.6, 20)}), Context(task="binary"))["loss_to_come"] == 0


def test_training_lags_validation_by_half_an_epoch_and_that_is_taken_out() -> None:
    # Both are the same falling line; training is averaged over the epoch, validation taken at its end.
    line = np.linspace(0.7, 0.1, 61)
    history = {"loss": (line[:-1] + line[1:]) / 2, "val_loss": line[1:]}

    found = Case.of(load(history), Context()).measures

    assert found["early_loss_gap"] < -0.005
    assert found["aligned_loss_gap_early"] == pytest.approx(0, abs=1e-9)
