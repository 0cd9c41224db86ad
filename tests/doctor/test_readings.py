"""What is said of runs of which little is known, on curves like those that people's training printed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from doctor import diagnose
from tests.doctor.findings_told import symptoms

LN2 = math.log(2)


def test_a_model_that_ends_as_a_coin_is_not_sound_however_high_its_loss_began() -> None:
    loss = [2.87, 2.52, 2.01, 2.03, 1.80, 1.68, 1.48, 1.72, 1.90, 1.63]
    val_loss = [4.03, 3.45, 1.51, *[0.6931] * 5, 0.813, 0.6931]
    right = [0.541, 0.556, 0.520, 0.513, 0.520, 0.541, 0.524, 0.506, 0.490, 0.495]
    val_right = [0.523, 0.497, 0.507, 0.505, 0.489, 0.498, 0.498, 0.5, 0.488, 0.497]
    diagnosis = diagnose({"loss": loss, "accuracy": right, "val_loss": val_loss, "val_accuracy": val_right})

    assert not diagnosis.healthy
    assert not {"overfitting", "undertrained"} & set(diagnosis.labels)


def test_a_training_loss_that_climbs_to_several_times_guessing_diverged_though_answers_get_better() -> None:
    history = {
        "loss": [5.36, 5.25, 7.11, 8.69, 11.7, 12.9],
        "accuracy": [0.113, 0.171, 0.220, 0.234, 0.264, 0.277],
        "val_loss": [2.12, 2.62, 3.0, 3.99, 5.21, 4.65],
        "val_accuracy": [0.242, 0.325, 0.356, 0.384, 0.413, 0.447],
    }

    assert "diverged" in diagnose(history, {"classes": 10, "n_train": 16_000}).labels


def test_a_run_that_leaves_chance_in_its_last_third_is_on_its_way_and_not_flat() -> None:
    at = np.arange(18)
    fall = np.maximum(at - 9, 0)
    loss = LN2 - 0.0025 * fall + 2e-4 * (-1.0) ** at
    right = 0.505 + 0.012 * fall + 2e-3 * (-1.0) ** at
    diagnosis = diagnose(
        {"loss": loss, "accuracy": right, "val_loss": loss + 1e-3, "val_accuracy": right}, {"n_train": 3200}
    )

    assert diagnosis.labels == ("undertrained",)


def test_swings_that_ended_long_ago_are_no_fault_of_the_rate() -> None:
    history = {
        "loss": [13.8, 4.12, 4.38, 1.62, 1.02, 0.456, 0.368],
        "accuracy": [0.614, 0.790, 0.815, 0.785, 0.812, 0.835, 0.841],
        "val_loss": [7.13, 5.02, 1.86, 0.295, 0.268, 0.344, 0.281],
        "val_accuracy": [0.594, 0.813, 0.813, 0.852, 0.906, 0.875, 0.863],
    }

    assert not {"oscillating", "diverged"} & set(diagnose(history, {"n_train": 11_879}).labels)


def test_more_epochs_are_no_answer_where_validation_has_not_moved_while_training_was_learned_by_heart() -> None:
    loss = [0.53, 0.46, 0.43, 0.39, 0.38, 0.32, 0.27, 0.22, 0.19, 0.14, 0.104, 0.089, 0.081]
    val_loss = [0.535, 0.834, 0.514, 0.538, 0.695, 0.515, 0.936, 0.512, 0.879, 0.538, 0.544, 0.501, 0.508]
    right = [0.744, 0.782, 0.805, 0.829, 0.831, 0.865, 0.884, 0.914, 0.923, 0.956, 0.974, 0.981, 0.985]
    val_right = [0.739, 0.648, 0.766, 0.764, 0.693, 0.792, 0.662, 0.799, 0.675, 0.781, 0.781, 0.807, 0.8]
    history = {"loss": loss, "accuracy": right, "val_loss": val_loss, "val_accuracy": val_right}

    assert diagnose(history).labels == ("overfitting",)


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_five_epochs_of_a_usual_start_do_not_accuse_the_learning_rate(noise: float) -> None:
    loss = np.array([1.556, 1.238, 1.107, 1.012, 0.946]) + noise * np.array([1, -1, 1, -1, 1])
    right = [0.432, 0.558, 0.607, 0.644, 0.668]

    assert "learning_rate_too_low" not in symptoms(diagnose({"loss": loss, "accuracy": right}))


def noisy_in_training_only(rate: float) -> tuple[dict[str, NDArray[np.floating]], dict[str, object]]:
    """Dropout of 0.8: training jumps by a tenth from epoch to epoch, validation falls as smoothly as can be."""
    at = np.arange(30)
    smooth = 0.70 - 0.006 * at
    loss = smooth + 0.25 + 0.1 * np.random.default_rng(3).normal(size=30)
    right = 0.5 + 0.008 * at
    facts = {"n_train": 200, "n_val": 60, "batch_size": 8, "learning_rate": rate, "optimizer": "adam"}
    return {"loss": loss, "accuracy": right, "val_loss": smooth, "val_accuracy": right + 0.02}, facts


def test_training_that_jumps_while_validation_falls_smoothly_has_noise_and_not_too_high_a_rate() -> None:
    diagnosis = diagnose(*noisy_in_training_only(3e-3))

    assert "oscillating" not in diagnosis.labels
    assert "learning_rate_too_high" not in symptoms(diagnosis)


def test_a_low_rate_is_not_accused_of_swings() -> None:
    history, facts = noisy_in_training_only(2e-4)
    history["val_loss"] = history["loss"][::-1].copy()
    diagnosis = diagnose(history, facts)

    assert "learning_rate_too_high" not in symptoms(diagnosis)
    for finding in diagnosis:
        assert "Lower the learning rate" not in finding.remedy.advice


def test_a_loss_that_never_rose_did_not_explode() -> None:
    loss = 6.1 + 0.05 * np.random.default_rng(0).normal(size=12)
    history = {"loss": loss, "accuracy": np.full(12, 0.61), "val_loss": loss + 0.01, "val_accuracy": np.full(12, 0.6)}
    diagnosis = diagnose(history, {"classes": 2, "n_train": 4000, "n_val": 1000})

    assert "exploded" not in diagnosis.verdict


def test_classes_that_are_counted_and_even_are_not_called_unequal() -> None:
    right = np.linspace(0.5, 1.0, 20)
    history = {
        "loss": np.linspace(0.9, 0.1, 20),
        "accuracy": right,
        "val_loss": np.full(20, 0.434),
        "val_accuracy": np.full(20, 0.8438),
    }
    facts = {"class_counts_train": [31, 32], "class_counts_val": [32, 32], "n_train": 63, "n_val": 64}
    diagnosis = diagnose(history, facts)

    assert "imbalance_collapse" not in diagnosis.labels
    assert "constant_validation" in diagnosis.labels


def test_a_bounded_loss_that_was_destroyed_did_not_explode() -> None:
    loss = [0.256, 0.050, 0.041, 0.072, 0.476, 0.664, *[0.681] * 8]  # of overlap: it cannot exceed 1
    verdict = diagnose({"loss": loss}, {"task": "segmentation"}).verdict

    assert "exploded" not in verdict
    assert "lost it again" in verdict


def test_of_a_model_that_learned_nothing_it_is_not_said_that_what_it_learned_goes_astray() -> None:
    history = {name: [2.3027, 2.3026] * 5 for name in ("loss", "val_loss")}
    history |= {"accuracy": [0.0988, 0.1003] * 5, "val_accuracy": [0.1] * 10}
    diagnosis = diagnose(history, {"classes": 10, "n_train": 50_000, "n_val": 10_000})

    assert set(diagnosis.labels) == {"flat_training", "constant_validation"}
    assert "what is learned" not in diagnosis.verdict
