"""Stories that curves tell which no label names, each on curves written here."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from doctor import diagnose, read
from tests.doctor import curves_by_hand as by_hand
from tests.doctor.findings_told import symptoms, told

LN2 = math.log(2)
FACTS = {"n_train": 2000, "n_val": 500}


def test_zeros_are_no_measurement_of_validation() -> None:
    history = by_hand.healthy() | {"val_loss": [0.0] * 40, "val_accuracy": [0.0] * 40}
    diagnosis = diagnose(history, {"n_train": 160, "n_val": 40})

    assert not diagnosis.healthy
    assert "empty" in told(diagnosis, "validation_not_measured").causes[0].cause
    assert not symptoms(diagnosis) & {"validation_better_than_training", "loss_contradicts_accuracy", "overconfident"}


def test_a_loss_that_rounds_to_nothing_where_every_answer_is_right_was_measured() -> None:
    history = by_hand.healthy() | {"val_loss": [0.0] * 40, "val_accuracy": [1.0] * 40}

    assert "validation_not_measured" not in symptoms(diagnose(history, FACTS))


def test_validation_with_the_numbers_of_training_is_not_believed() -> None:
    history = by_hand.healthy()
    diagnosis = diagnose(history | {"val_loss": history["loss"], "val_accuracy": history["accuracy"]}, FACTS)

    assert not diagnosis.healthy
    assert "validation_is_training" in symptoms(diagnosis)


def test_a_run_that_was_destroyed_keeps_its_best_epoch_and_did_not_learn_nothing() -> None:
    fall = np.linspace(0.68, 0.1, 15)
    loss = np.concatenate([fall, [2.5, 0.8], np.full(15, LN2)])
    right = np.concatenate([np.linspace(0.55, 0.97, 15), [0.6, 0.5], np.full(15, 0.5)])
    diagnosis = diagnose({"loss": loss, "accuracy": right, "val_loss": loss + 0.01, "val_accuracy": right}, FACTS)
    finding = told(diagnosis, "unlearned")

    assert finding.kind == "destroyed"
    assert "best in epoch 15" in finding.summary
    assert "epoch 15" in finding.remedy.advice
    assert "flat_training" not in diagnosis.labels
    assert "learned nothing" not in diagnosis.verdict


@pytest.mark.parametrize("epochs", [150, 300, 1200])
def test_a_loss_that_climbs_back_is_neither_noise_of_labels_nor_too_small_a_model(epochs: int) -> None:
    at = np.linspace(0, 1, epochs)
    loss = np.where(at < 0.3, 0.69 - 1.5 * at, 0.24 + 0.5 * (at - 0.3)) + np.random.default_rng(0).normal(
        0, 0.004, epochs
    )
    history = {"loss": loss, "accuracy": 1 - loss / (2 * LN2), "val_loss": loss - 0.01, "val_accuracy": 1 - loss / 1.4}
    diagnosis = diagnose(history, FACTS)

    assert told(diagnosis, "unlearned").kind == "climbs_back"
    assert not {"label_noise", "underfitting"} & set(diagnosis.labels)


def test_chance_in_validation_beside_a_learned_training_names_batch_normalisation() -> None:
    rng = np.random.default_rng(0)
    history = {
        "loss": np.geomspace(0.6, 0.02, 20),
        "accuracy": np.linspace(0.7, 0.995, 20),
        "val_loss": rng.uniform(1.5, 20, 20),
        "val_accuracy": [0.5] * 20,
    }
    diagnosis = diagnose(history, {"n_train": 300, "n_val": 80})

    assert "batch normalisation" in told(diagnosis, "inference_differs").causes[0].cause
    assert "inference" in told(diagnosis, "inference_differs").remedy.advice
    assert "distribution_shift" not in diagnosis.labels


@pytest.mark.parametrize("share", [0.8, 0.9, 0.97])
def test_a_constant_accuracy_at_its_own_entropy_is_one_answer_with_or_without_counts(share: float) -> None:
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    loss = entropy + 0.2 * np.exp(-np.arange(15))
    history = {"loss": loss, "accuracy": [share] * 15, "val_loss": loss, "val_accuracy": [share] * 15}
    diagnosis = diagnose(history | {"val_loss": loss + 1e-4}, FACTS)

    assert diagnosis.labels == ("imbalance_collapse",)
    assert "--class-counts-train" in told(diagnosis, "imbalance_collapse").remedy.advice


def test_one_answer_at_a_share_that_is_not_very_unequal_is_a_finding_too() -> None:
    entropy = -0.65 * math.log(0.65) - 0.35 * math.log(0.35)
    loss = entropy + 0.02 * np.exp(-np.arange(15))
    history = {"loss": loss, "accuracy": [0.65] * 15, "val_loss": loss + 1e-4, "val_accuracy": [0.65] * 15}

    assert "0.65" in told(diagnose(history, FACTS), "one_class_answered").summary


def test_an_output_that_cannot_vary_is_named_before_saturation() -> None:
    history = {"loss": [7.9712] * 10, "accuracy": [0.5] * 10, "val_loss": [7.9712] * 10, "val_accuracy": [0.5] * 10}
    finding = told(diagnose(history, {"n_train": 200, "n_val": 50}), "constant_validation")

    assert finding.kind == "fixed_output"
    assert "softmax on one unit" in finding.causes[0].cause


def test_a_loss_that_is_never_a_number_sends_to_the_inputs_first() -> None:
    broken = told(diagnose({"loss": [None] * 5, "accuracy": [0.5] * 5, "val_loss": [0.7] * 5}), "diverged")
    exploded = told(diagnose(by_hand.exploding()), "diverged")

    assert "input" in broken.causes[0].cause
    assert broken.remedy.advice.startswith("Look for NaN")
    assert "learning rate" in exploded.causes[0].cause


def test_runs_appended_to_one_log_are_judged_apart_and_said_to_be() -> None:
    losses = by_hand.healthy(20)["loss"]
    lines = [f"{epoch},{loss},{loss + 0.01}" for _ in range(2) for epoch, loss in enumerate(losses)]
    history, context = read("\n".join(["epoch,loss,val_loss", *lines]).encode())
    diagnosis = diagnose(history, context)

    assert "restarted" in symptoms(diagnosis)
    assert "oscillating" not in diagnosis.labels


def test_an_unshuffled_split_is_named_where_the_classes_of_both_parts_differ() -> None:
    history = {
        "loss": np.geomspace(0.6, 0.02, 20),
        "accuracy": np.linspace(0.7, 0.99, 20),
        "val_loss": np.linspace(0.9, 3.0, 20),
        "val_accuracy": np.linspace(0.2, 0.1, 20),
    }
    facts = {"class_counts_train": [150, 30], "class_counts_val": [0, 40]}
    findings = diagnose(history, facts)

    assert "unshuffled" in str([finding.causes for finding in findings])


def test_validation_that_jumps_while_training_is_smooth_is_noted() -> None:
    history = by_hand.healthy()
    history["val_loss"] = [value + (0.8 if epoch % 4 == 3 else 0) for epoch, value in enumerate(history["val_loss"])]

    assert "validation_jumps" in symptoms(diagnose(history, by_hand.CONTEXT))
    assert "validation_jumps" not in symptoms(diagnose(by_hand.healthy(), by_hand.CONTEXT))


def test_nothing_is_said_of_wrong_answers_where_there_are_none() -> None:
    loss = np.linspace(0.6, 0.45, 20)
    history = {
        "loss": np.geomspace(0.6, 0.01, 20),
        "accuracy": [1.0] * 20,
        "val_loss": loss,
        "val_accuracy": [1.0] * 20,
    }

    assert "overconfident" not in symptoms(diagnose(history, FACTS))


@pytest.mark.parametrize("make", [by_hand.healthy, by_hand.overfitting, by_hand.undertrained, by_hand.swinging])
def test_textbook_curves_tell_no_story_besides(make: Callable[[], dict[str, Any]]) -> None:
    stories = {"validation_not_measured", "validation_is_training", "unlearned", "inference_differs"} | {
        "one_class_answered",
        "loss_of_probabilities",
        "loss_contradicts_accuracy",
        "restarted",
    }

    assert not stories & symptoms(diagnose(make(), by_hand.CONTEXT))


def test_one_answer_is_seen_among_several_classes_where_training_stands_still_too() -> None:
    loss = 0.9 + 0.1 * np.exp(-np.arange(15))  # the entropy of 60, 20 and 20 of a hundred is 0.95
    history = {"loss": loss, "accuracy": [0.6] * 15, "val_loss": loss + 1e-3, "val_accuracy": [0.6] * 15}

    assert "one_class_answered" in symptoms(diagnose(history, {"classes": 3}))
    history["accuracy"] = np.linspace(0.5, 0.9, 15)
    assert "one_class_answered" not in symptoms(diagnose(history, {"classes": 3}))


def test_a_run_that_breaks_after_it_had_learned_keeps_its_best_epoch() -> None:
    history = {"loss": [0.6, 0.4, 0.2, None, None], "val_loss": [0.6, 0.45, 0.3, None, None]}
    finding = told(diagnose(history, {"task": "binary"}), "diverged")

    assert "epoch 3" in finding.remedy.advice
    assert "learning_rate_too_high" not in symptoms(diagnose({"loss": [None] * 5}))
