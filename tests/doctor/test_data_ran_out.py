"""Epochs without data, as Keras 3.15.1 writes them where `steps_per_epoch` asks for more batches than are left."""

from __future__ import annotations

import numpy as np
import pytest

from doctor import diagnose
from tests.doctor.findings_told import symptoms, told

# 200 rows in batches of 16, steps_per_epoch=200 // 16: written by Keras 3.15.1 on TensorFlow 2.21.0.
WRITTEN = {
    "loss": [0.68861, 0.55308, 0.68081, 0.5462, 0.67323, 0.53944],
    "accuracy": [0.59896, 0.75, 0.60417, 0.75, 0.61979, 0.75],
    "val_loss": [0.80399, 0.80335, 0.79513, 0.7945, 0.78641, 0.78579],
    "val_accuracy": [0.5375, 0.5375, 0.5625, 0.5625, 0.5625, 0.5625],
}
# A tutorial's four classes, whose left-over batch held 16 images; the swings are those of the batch.
OF_IMAGES = {
    "loss": [0.8258, 0.9625, 0.6748, 0.6895, 0.5855, 0.4201, 0.4742, 0.4123],
    "accuracy": [0.6933, 0.6250, 0.7560, 0.8125, 0.7928, 0.8750, 0.8286, 0.8750],
    "val_loss": [0.7749, 1.4334, 0.6704, 0.9614, 0.7542, 0.7986, 0.7069, 2.4821],
    "val_accuracy": [0.7239, 0.25, 0.7618, 0.5, 0.73, 0.5, 0.7564, 0.75],
}


@pytest.mark.parametrize("history", [WRITTEN, OF_IMAGES], ids=["rows", "images"])
def test_epochs_of_one_left_over_batch_are_not_taken_for_swings(history: dict[str, list[float]]) -> None:
    diagnosis = diagnose(history)
    finding = told(diagnosis, "data_ran_out")

    assert "oscillating" not in diagnosis.labels
    assert finding.evidence[0].epochs == tuple(range(2, len(history["loss"]) + 1, 2))
    assert "steps_per_epoch" in finding.remedy.advice
    assert "no data left" in diagnosis.verdict


def test_epochs_without_any_batch_are_zeros_that_nothing_is_read_from() -> None:
    at = np.arange(12)
    full = at % 2 == 0
    loss = np.where(full, 0.7 * 0.9**at, 0.0)
    right = np.where(full, 0.5013 + 0.031 * at, 0.0)
    diagnosis = diagnose({"loss": loss, "accuracy": right, "val_loss": loss * 1.02, "val_accuracy": right * 0.99})

    assert told(diagnosis, "data_ran_out").evidence[0].value == 6
    assert not {"oscillating", "diverged"} & set(diagnosis.labels)
    assert "loss_contradicts_accuracy" not in symptoms(diagnosis)


@pytest.mark.parametrize("examples", [16, 40, 64, 100, 1000, 20_000])
def test_accuracies_of_one_number_of_examples_all_count(examples: int) -> None:
    rng = np.random.default_rng(examples)
    for epochs in (4, 6, 15):
        share = np.linspace(0.55, 1.0, epochs)
        right = np.round(rng.binomial(examples, share) / examples, 4)
        loss = np.linspace(0.69, 0.1, epochs) + rng.normal(0, 0.01, epochs)

        assert "data_ran_out" not in symptoms(diagnose({"loss": loss, "accuracy": right}))


def test_a_run_that_is_perfect_in_every_epoch_but_the_first_has_data() -> None:
    history = {"loss": [0.5, 0.1, 0.05, 0.03, 0.02, 0.01], "accuracy": [0.7321, 1.0, 1.0, 1.0, 1.0, 1.0]}

    assert "data_ran_out" not in symptoms(diagnose(history))
