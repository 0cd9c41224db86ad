"""More kinds of broken runs, each really trained by a small network, and the first sentence said of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from benchmarks.doctor.fitting import Run, start, train
from benchmarks.doctor.network import Settings
from doctor import diagnose
from tests.doctor.findings_told import symptoms, told

Rows = tuple[np.ndarray, np.ndarray]
TEN = Settings(hidden=(32,), learning_rate=3e-3, batch_size=16, head="classes", outputs=10)
TWO = Settings(hidden=(16,), learning_rate=5e-3, batch_size=16)


def _digits(count: int) -> list[Rows]:
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    rows = (x[order] / 16).astype(np.float32), y[order].astype(np.float32)
    return [(rows[0][:count], rows[1][:count]), (rows[0][count : count + 200], rows[1][count : count + 200])]


def _trained(
    settings: Settings, training: Rows, validation: Rows, epochs: int, rates: dict[int, float] | None = None
) -> Run:
    run = start(settings, (training, validation, validation), 0)
    for epoch in range(epochs):
        if rates and epoch in rates:
            run.network.settings = replace(run.network.settings, learning_rate=rates[epoch])
        train(run, 1)
    return run


def test_one_answer_for_six_classes_is_no_success_though_the_loss_fell() -> None:
    rng = np.random.default_rng(0)
    y = rng.choice(6, 500, p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.1]).astype(np.float32)
    x = (0.01 * rng.normal(size=(500, 20))).astype(np.float32)
    settings = replace(TEN, outputs=6, hidden=(8,), optimizer="sgd", learning_rate=0.05)
    run = _trained(settings, (x[:400], y[:400]), (x[400:], y[400:]), 25)

    diagnosis = diagnose(run.seen, {"classes": 6})

    assert diagnosis.verdict == "The model gives one answer for everything."
    assert "one in 6" in told(diagnosis, "one_class_answered").causes[1].told_apart_by


def test_ten_classes_that_explode_and_end_at_guessing_are_told_as_such_without_any_fact() -> None:
    training, validation = _digits(500)
    run = _trained(replace(TEN, learning_rate=1.0), training, validation, 15)

    diagnosis = diagnose(run.seen)

    assert "flat_training" in diagnosis.labels
    assert diagnosis.verdict.startswith("The model learned nothing: its answers are no better than guessing")


def test_what_was_learned_and_then_exploded_is_told_first() -> None:
    training, validation = _digits(500)
    run = _trained(replace(TEN, optimizer="sgd", learning_rate=0.1), training, validation, 24, {15: 30.0})

    diagnosis = diagnose(run.seen)

    assert diagnosis.verdict.startswith("The model had learned and lost it again")
    assert "epoch 15" in told(diagnosis, "unlearned").remedy.advice
    assert "overfitting" not in diagnosis.labels


def test_a_loss_that_breaks_is_told_apart_from_one_that_was_never_a_number() -> None:
    training, validation = _digits(300)
    broken = np.array(training[0])
    broken[3, 4] = np.nan
    with np.errstate(all="ignore"):
        later = _trained(replace(TEN, optimizer="sgd", learning_rate=0.1), training, validation, 8, {5: 1e30})
        never = _trained(TEN, (broken, training[1]), validation, 4)

    assert diagnose(later.seen).verdict == "The model had learned until the loss became infinite or not a number."
    assert diagnose(never.seen).verdict == "The loss is no number from the first epoch on, so nothing was learned."


def test_labels_of_one_and_two_make_the_loss_negative_and_are_named() -> None:
    falling = np.linspace(0.05, -8.0, 20)
    diagnosis = diagnose(
        {"loss": falling, "accuracy": [0.49] * 20, "val_loss": falling + 0.3, "val_accuracy": [0.5] * 20}
    )

    assert not diagnosis.healthy
    assert diagnosis.verdict.startswith("The loss is negative")
    assert "1 and 2" in told(diagnosis, "negative_loss").causes[0].cause


def test_a_likelihood_of_numbers_may_be_negative() -> None:
    falling = np.linspace(0.05, -8.0, 20)

    assert "negative_loss" not in symptoms(diagnose({"loss": falling, "val_loss": falling}, {"task": "regression"}))


@pytest.mark.parametrize("facts", [{}, {"classes": 10}], ids=["nothing known", "classes known"])
def test_validation_that_is_not_scaled_is_prepared_otherwise(facts: dict[str, Any]) -> None:
    training, (x, y) = _digits(900)
    run = _trained(replace(TEN, dropout=0.2), training, (x * 255, y), 20)

    diagnosis = diagnose(run.seen, facts)

    assert run.seen["val_accuracy"][-1] > 0.9
    assert diagnosis.labels == ("distribution_shift",)
    assert "0 to 255" in told(diagnosis, "validation_scaled_otherwise").causes[0].cause


def test_validation_of_one_class_is_named_though_it_ends_all_right() -> None:
    x, y = load_digits(return_X_y=True)
    x, y = (x[np.isin(y, (3, 8))][:200] / 16).astype(np.float32), (y[np.isin(y, (3, 8))][:200] == 8).astype(np.float32)
    order = np.argsort(y, kind="stable")
    settings = replace(TWO, hidden=(32,), learning_rate=3e-3)
    run = _trained(settings, (x[order][:150], y[order][:150]), (x[order][150:], y[order][150:]), 25)

    diagnosis = diagnose(run.seen)

    assert run.seen["val_accuracy"][-1] > 0.9
    assert diagnosis.verdict.startswith("Validation seems to hold one class only")


def test_ten_sorted_classes_give_validation_other_classes() -> None:
    (x, y), _ = _digits(1000)
    order = np.argsort(y, kind="stable")
    run = _trained(TEN, (x[order][:900], y[order][:900]), (x[order][900:], y[order][900:]), 15)

    diagnosis = diagnose(run.seen, {"n_train": 900, "n_val": 100, "classes": 10})

    assert diagnosis.verdict.startswith("Validation does worse than guessing, as where it holds other classes")
    assert "unshuffled" in diagnosis.findings[0].causes[0].cause


def _softmax_twice(classes: int, accuracy: np.ndarray) -> np.ndarray:
    """What sure answers cost of which a share is right: computed from the two softmaxes, and not from the doctor."""
    once = np.eye(classes)[0]
    twice = np.exp(once) / np.exp(once).sum()
    return accuracy * -math.log(twice[0]) + (1 - accuracy) * -math.log(twice[1])


def test_softmax_twice_is_recognised_before_every_answer_is_right() -> None:
    right, val_right = 0.9 - 0.7 * np.exp(-np.arange(20) / 3), 0.83 - 0.6 * np.exp(-np.arange(20) / 3)
    sure = 0.6 * np.exp(-np.arange(20) / 4)
    history = {
        "loss": _softmax_twice(10, right) + sure,
        "accuracy": right,
        "val_loss": _softmax_twice(10, val_right) + sure,
        "val_accuracy": val_right,
    }

    assert "loss_of_probabilities" in symptoms(diagnose(history, {"classes": 10}))


@pytest.mark.parametrize("smoothing", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("facts", [{}, {"classes": 10}], ids=["nothing known", "classes known"])
def test_label_smoothing_is_no_softmax_of_a_softmax(smoothing: float, facts: dict[str, Any]) -> None:
    least = -(1 - 0.9 * smoothing) * math.log(1 - 0.9 * smoothing) - 0.9 * smoothing * math.log(smoothing / 10)
    fall = np.exp(-np.arange(30) / 5)
    right = 1 - 0.7 * fall**1.5
    history = {
        "loss": least + (2.2 - least) * fall,
        "accuracy": right,
        "val_loss": least + 0.05 + (2.2 - least) * fall,
        "val_accuracy": right - 0.02,
    }

    assert symptoms(diagnose(history, facts)) & {"loss_of_probabilities", "overconfident", "underfitting"} == set()


@pytest.mark.parametrize(("floor", "said"), [(0.02, False), (0.1064, True)])
def test_one_answer_is_not_told_of_a_model_whose_training_loss_is_lower_than_that_costs(
    floor: float, said: bool
) -> None:
    """A resumed run keeps one of 45 validation examples wrong, and is as unsure as that: H(44/45) = 0.1064."""
    falls = [0.05 * 0.85**epoch for epoch in range(32)]
    history = {
        "loss": [floor + 2 * fall for fall in falls],
        "val_loss": [0.1064 + fall for fall in falls],
        "val_accuracy": [44 / 45] * 32,
    }

    assert ("one_class_answered" in symptoms(diagnose(history, {"classes": 2}))) is said


SWINGS = 1 + 0.5 * np.sin(np.arange(12))


@pytest.mark.parametrize(
    ("history", "facts"),
    [
        ({"loss": 1e18 * SWINGS}, {}),
        ({"loss": 1e18 * SWINGS, "val_loss": 2e18 * SWINGS}, {"task": "regression"}),
        ({"loss": np.geomspace(1e18, 1e14, 12), "accuracy": np.linspace(0.5, 0.9, 12)}, {"classes": 2}),
        ({"loss": np.geomspace(2e18, 1e17, 12), "accuracy": np.linspace(0.2, 0.9, 12)}, {}),
    ],
)
def test_a_loss_that_is_enormous_has_exploded_whatever_else_it_does(history: dict[str, Any], facts: Any) -> None:
    diagnosis = diagnose(history, facts)

    assert diagnosis.labels == ("diverged",)
    assert "enormous" in diagnosis.verdict
    assert told(diagnosis, "diverged").kind == "enormous"


@pytest.mark.parametrize(("first", "kept"), [(3e18, False), (2.0, True)])
def test_weights_are_kept_only_of_an_epoch_before_the_explosion(first: float, kept: bool) -> None:
    loss = [first, 0.3 * first, *(1e18 * SWINGS)]
    finding = told(diagnose({"loss": loss}, {"task": "regression"}), "diverged")

    assert ("Keep the weights of epoch 2" in finding.remedy.advice) == kept


def test_a_squared_error_of_large_targets_that_falls_has_not_exploded() -> None:
    fall = 4e13 * (0.01 + 0.99 * np.exp(-np.arange(30) / 4))

    assert diagnose({"loss": fall, "val_loss": 1.02 * fall}, {"task": "regression"}).healthy


def test_a_loss_that_never_rose_is_not_said_to_have_risen() -> None:
    loss = [0.67, 0.6, 0.5, 0.45, 0.4, 0.35, math.nan, math.nan]
    finding = told(diagnose({"loss": loss}, {"classes": 2}), "learning_rate_too_high")

    (rise,) = [evidence for evidence in finding.evidence if evidence.name == "largest_rise_over_guessing"]
    assert rise.value == 0
