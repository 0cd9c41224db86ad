from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doctor import LABELS, Context, diagnose
from doctor.curves import LONGEST, load
from doctor.statistics import robust
from tests.doctor import curves_by_hand as by_hand

numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 5))
columns = st.lists(numbers, min_size=0, max_size=40)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "n_train": st.integers(0, 10**7),
        "n_val": st.integers(0, 10**7),
        "class_counts_train": st.lists(st.integers(0, 10**6), min_size=2, max_size=5),
        "class_counts_val": st.lists(st.integers(0, 10**6), min_size=2, max_size=5),
        "batch_size": st.integers(0, 10**5),
        "learning_rate": st.floats(0, 1e3),
        "optimizer": st.sampled_from(["adam", "SGD", "lion"]),
        "parameters": st.integers(0, 10**12),
        "prediction_counts": st.lists(st.integers(0, 100), min_size=2, max_size=2),
        "validation_probabilities": st.lists(st.floats(0, 1), max_size=20),
    },
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(numbers, min_size=1, max_size=40),
    st.dictionaries(st.sampled_from(["accuracy", "val_loss", "val_accuracy"]), columns),
    contexts,
)
@example([0.0], {"accuracy": [0.0]}, {})
def test_whatever_the_numbers_there_is_a_diagnosis_in_strict_json(
    loss: list[float | None], rest: dict[str, list[float | None]], context: dict[str, Any]
) -> None:
    diagnosis = diagnose({"loss": loss, **rest}, context)

    json.dumps(diagnosis.to_json(), allow_nan=False)
    assert set(diagnosis.labels) <= set(LABELS)
    assert diagnosis.healthy == ("healthy" in diagnosis.labels)
    assert len(diagnosis.findings) >= 1
    assert not ({"healthy"} <= set(diagnosis.labels) and set(diagnosis.labels) - {"healthy", "too_small_validation"})
    assert diagnosis.verdict.endswith(".")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 39), st.sampled_from(["accuracy", "val_loss", "val_accuracy"]))
def test_one_missing_value_does_not_make_a_healthy_run_ill(epoch: int, column: str) -> None:
    history = by_hand.healthy()
    history[column][epoch] = math.nan

    assert diagnose(history, by_hand.CONTEXT).healthy


@pytest.mark.parametrize("kind", ["mapping", "rows", "arrays", "keras"])
def test_every_form_of_a_history_gets_the_same_answer(kind: str) -> None:
    history = by_hand.overfitting()

    class KerasHistory:
        def __init__(self) -> None:
            self.history = history

    forms: dict[str, Any] = {
        "mapping": history,
        "rows": [dict(zip(history, row, strict=True)) for row in zip(*history.values(), strict=True)],
        "arrays": {name: np.array(values) for name, values in history.items()},
        "keras": KerasHistory(),
    }

    assert diagnose(forms[kind], by_hand.CONTEXT) == diagnose(history, Context(**by_hand.CONTEXT))


@pytest.mark.parametrize("level", [0.0, 1e-9, 0.1, math.log(2), 1.0, 50.0])
def test_a_constant_curve_is_judged_at_every_level(level: float) -> None:
    diagnosis = diagnose({"loss": [level] * 25, "val_loss": [level] * 25})

    assert diagnosis.labels


@pytest.mark.parametrize("make", [by_hand.flat, by_hand.healthy])
@pytest.mark.parametrize("epochs", [30, 60, 120])
def test_more_epochs_of_the_same_do_not_change_the_answer(make: Callable[..., dict[str, Any]], epochs: int) -> None:
    assert diagnose(make(epochs), by_hand.CONTEXT).labels == diagnose(make(30), by_hand.CONTEXT).labels


def test_a_million_epochs_are_thinned_before_anything_costly_is_done() -> None:
    history = {name: np.repeat(values, 25_000) for name, values in by_hand.healthy().items()}

    curves = load(history)

    assert len(history["loss"]) == 1_000_000
    assert len(curves) <= LONGEST
    assert (curves.epochs[0], curves.epochs[-1]) == (1, 1_000_000)
    assert diagnose(history, by_hand.CONTEXT).labels


def test_the_best_epoch_among_a_million_is_not_thinned_away() -> None:
    history = {"loss": np.full(1_000_000, 0.3), "val_loss": np.full(1_000_000, 0.4)}
    history["val_loss"][333_332] = 0.2

    curves = load(history)

    assert curves.val_loss is not None
    assert int(curves.epochs[np.argmin(curves.val_loss)]) == 333_333
    assert len(curves) <= LONGEST


def test_a_nan_among_a_million_epochs_is_not_thinned_away() -> None:
    loss = np.full(1_000_000, 0.3)
    loss[777_777:] = np.nan

    assert load({"loss": loss}).non_finite == (777_778,)


series = st.lists(st.floats(-100, 100), min_size=6, max_size=50).map(np.array)


@given(series, st.floats(0.1, 10), st.floats(-50, 50))
def test_noise_follows_scale_and_ignores_shift_and_slope(values: np.ndarray, scale: float, shift: float) -> None:
    moved = scale * values + shift + 3.0 * np.arange(len(values))

    assert robust.noise(moved) == pytest.approx(scale * robust.noise(values), rel=1e-6, abs=1e-6)


@given(series, st.floats(0.1, 10), st.floats(-50, 50))
def test_slope_follows_scale_and_adds_the_slope_that_is_added(values: np.ndarray, scale: float, tilt: float) -> None:
    moved = scale * values + tilt * np.arange(len(values))

    assert robust.slope(moved) == pytest.approx(scale * robust.slope(values) + tilt, rel=1e-6, abs=1e-6)


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=50), st.integers(1, 9), st.integers(-50, 50))
def test_order_statistics_ignore_scale_and_shift(values: list[int], scale: int, shift: int) -> None:
    series, moved = np.array(values, float), np.array(values, float) * scale + shift

    assert robust.monotony(moved) == robust.monotony(series)
    assert robust.sign_changes(moved) == pytest.approx(robust.sign_changes(series), nan_ok=True)
