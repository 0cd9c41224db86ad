"""Losses and accuracies that cannot both be true, or that no right answer can bring down."""

from __future__ import annotations

import math

import numpy as np
import pytest

from doctor import diagnose
from doctor.symptoms.loss_of_probabilities import least_of_sigmoid, least_of_softmax
from tests.doctor.findings_told import symptoms, told

LN2 = math.log(2)
FACTS = {"n_train": 2000, "n_val": 500}


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
def test_softmax_of_a_softmax_has_a_floor_that_is_recognised(classes: int) -> None:
    logits = np.zeros(classes)
    logits[0] = 1.0  # the most that a softmax gives out
    floor = -math.log(np.exp(logits)[0] / np.exp(logits).sum())
    right = np.concatenate([np.linspace(1 / classes, 1, 10), np.ones(15)])
    loss = floor + (math.log(classes) - floor) * np.exp(-np.arange(25) / 3)
    history = {"loss": loss, "accuracy": right, "val_loss": loss + 1e-4, "val_accuracy": right}
    diagnosis = diagnose(history, FACTS)

    assert least_of_softmax(classes) == pytest.approx(floor)
    assert f"{floor:.4f}" in told(diagnosis, "loss_of_probabilities").summary
    assert "overconfident" not in symptoms(diagnosis)


def test_the_sigmoid_of_a_sigmoid_has_the_floor_of_its_extremes() -> None:
    ones = -math.log(1 / (1 + math.exp(-1)))

    assert least_of_sigmoid(1.0) == pytest.approx(ones)
    assert least_of_sigmoid(0.0) == pytest.approx(LN2)


@pytest.mark.parametrize("classes", [2, 10])
def test_a_loss_below_what_its_wrong_answers_cost_contradicts_its_accuracy(classes: int) -> None:
    loss = np.linspace(0.3, 0.05, 12)
    history = {
        "loss": np.linspace(0.68, 0.4, 12),
        "val_loss": loss,
        "val_accuracy": [0.55] * 12,
        "accuracy": [0.6] * 12,
    }
    finding = told(diagnose(history, {"classes": classes}), "loss_contradicts_accuracy")

    least = {evidence.name: evidence.value for evidence in finding.evidence}["least_loss_at_this_accuracy"]
    assert least == pytest.approx(0.45 * LN2)
    assert "Validation" in finding.summary


def test_a_cross_entropy_never_contradicts_its_own_accuracy() -> None:
    rng = np.random.default_rng(0)
    logits, classes = rng.normal(0, 3, (12, 200, 4)), rng.integers(0, 4, (12, 200))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    loss = -np.log(np.take_along_axis(probabilities, classes[:, :, None], axis=2)).mean(axis=(1, 2))
    right = (logits.argmax(axis=2) == classes).mean(axis=1)

    assert "loss_contradicts_accuracy" not in symptoms(diagnose({"loss": loss, "accuracy": right}, {"classes": 4}))


@pytest.mark.parametrize(
    ("loss", "right"),
    [
        (5.96e-8, 0.5),  # what Keras 3.15.1 reports of one softmax unit with categorical_crossentropy
        (0.33, 0.1),  # and of ten softmax units with binary_crossentropy, untrained
    ],
)
def test_a_low_loss_beside_answers_at_chance_is_no_health(loss: float, right: float) -> None:
    falling = (loss * np.linspace(1.05, 1, 12)).tolist()
    history = {"loss": falling, "accuracy": [right] * 12, "val_loss": falling[::-1], "val_accuracy": [right] * 12}
    diagnosis = diagnose(history, FACTS)

    assert not diagnosis.healthy
    assert "loss_contradicts_accuracy" in symptoms(diagnosis)
