"""What is said of runs that PyTorch 2.14.1 really made (`data/torch_runs.jsonl`, of digits of 8 by 8 pixels)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from doctor import Diagnosis, diagnose
from tests.doctor.findings_told import symptoms, told
from tests.doctor.test_claims import hold

RUNS: dict[str, dict[str, Any]] = {
    run["id"]: run for run in map(json.loads, (Path(__file__).parent / "data/torch_runs.jsonl").open())
}


def _of(name: str) -> Diagnosis:
    return diagnose(RUNS[name]["history"], RUNS[name]["context"])


@pytest.mark.parametrize("name", RUNS)
def test_no_sentence_is_false_of_them(name: str) -> None:
    history = {curve: np.array(values, float) for curve, values in RUNS[name]["history"].items()}

    hold(history, _of(name))


def test_nll_loss_of_probabilities_is_told_by_a_loss_that_is_minus_the_accuracy() -> None:
    diagnosis = _of("nll_on_probabilities")

    assert diagnosis.verdict.startswith("The loss is minus a probability")
    assert "log_softmax" in told(diagnosis, "minus_probability").remedy.advice
    assert not diagnosis.healthy


def test_a_dice_loss_beside_the_accuracy_of_pixels_is_none_of_probabilities() -> None:
    dice = 1 - np.exp(-0.1 * np.arange(1, 31))

    assert "minus_probability" not in symptoms(diagnose({"loss": -dice, "accuracy": 0.8 + 0.19 * dice}))
    assert "minus_probability" not in symptoms(diagnose({"loss": -dice, "accuracy": dice}, {"task": "segmentation"}))
    pixels = 0.82 - 0.45 * np.exp(-0.1 * np.arange(1, 31))  # of many classes
    named = {"loss": 0.07 - pixels, "accuracy": pixels, "dice_coef": pixels - 0.07}
    assert "minus_probability" not in symptoms(diagnose(named))


def test_a_policys_loss_is_no_measure_and_its_return_to_nothing_no_loss_of_skill() -> None:
    diagnosis = _of("reinforce")

    assert symptoms(diagnosis) == {"moving_target"}
    assert "reward" in told(diagnosis, "moving_target").remedy.advice


@pytest.mark.parametrize(
    "column", ["d_loss", "loss_G", "Discriminator_Loss", "train/actor_loss", "rollout/ep_rew_mean"]
)
def test_columns_of_adversaries_and_rewards_tell_that_a_loss_measures_nothing(column: str) -> None:
    rng = np.random.default_rng(0)
    loss = 0.7 + 0.4 * rng.random(40)

    assert "moving_target" in symptoms(diagnose({"loss": loss, column: rng.random(40)}))
    assert "moving_target" not in symptoms(diagnose({"loss": loss, "accuracy": 1 - loss / 2, column: rng.random(40)}))
    assert "diverged" in diagnose({"loss": [*loss, float("nan")], column: rng.random(41)}).labels


@pytest.mark.parametrize(
    "columns",
    [
        ("gen_loss", "ctc_loss"),  # a captioner's
        ("dis_loss", "kd_loss"),  # distillation
        ("policy_loss", "value_loss"),  # moves that were recorded
        ("data_generator",),
        ("generator_time",),
        ("log_return",),
        ("rewards/chosen", "rewards/rejected"),  # TRL's DPO
    ],
)
def test_a_loss_that_is_validated_is_an_ordinary_one_whatever_stands_beside_it(columns: tuple[str, ...]) -> None:
    epochs = np.arange(30)
    curves = {"loss": 0.7 * np.exp(-0.15 * epochs), "val_loss": 0.5 + 0.001 * (epochs - 8) ** 2}

    beside = diagnose(curves | {column: epochs / 30 for column in columns})

    assert beside.labels == diagnose(curves).labels == ("overfitting",)
    both = diagnose(curves | {"g_loss": epochs / 30, "d_loss": epochs / 40})
    assert "moving_target" in symptoms(both)


def test_a_rate_far_too_low_is_told_though_the_loss_falls_a_thousandth() -> None:
    diagnosis = _of("lr_far_too_low")

    assert diagnosis.labels == ("flat_training", "constant_validation")
    assert told(diagnosis, "constant_validation").kind == "too_slow"
    for symptom in ("flat_training", "constant_validation", "learning_rate_too_low"):
        (change,) = told(diagnosis, symptom).remedy.changes
        assert (change.setting, change.value) == ("learning_rate", 100.0)


def test_validation_of_other_classes_is_told_without_any_fact() -> None:
    finding = told(_of("unshuffled_ten"), "overfitting")

    assert finding.kind == "other_classes"
    assert finding.remedy.advice.startswith("Shuffle before the split")


def test_cross_entropy_over_one_column_costs_nothing_because_the_output_cannot_vary() -> None:
    assert told(_of("ce_on_one_logit"), "constant_validation").kind == "fixed_output"


def test_an_accuracy_that_never_moves_while_the_loss_falls_is_the_first_sentence() -> None:
    diagnosis = _of("accuracy_argmax_on_one_column")

    assert diagnosis.verdict.startswith("Loss and accuracy contradict each other")
    assert symptoms(diagnosis) == {"loss_contradicts_accuracy"}
    assert "one output column" in told(diagnosis, "loss_contradicts_accuracy").causes[0].cause


def test_validation_loss_does_not_rise_after_the_last_epoch() -> None:
    assert "rises" not in told(_of("bn_statistics_never_move"), "overfitting").summary


def test_training_that_swings_is_not_said_to_move_smoothly() -> None:
    assert "smoothly" not in told(_of("bn_small_batches_jump"), "validation_jumps").summary


def test_validation_first_measured_after_ten_epochs_tells_nothing_of_how_it_began() -> None:
    assert _of("val_every_10_overfit").labels == ("overfitting",)


def test_inputs_that_are_not_scaled_are_no_penalty() -> None:
    findings = _of("unscaled_255")

    assert "flat_training" in findings.labels
    assert not any("penalty" in finding.remedy.advice for finding in findings)


def test_a_loss_that_creeps_down_a_thousandth_wants_a_higher_rate_and_no_lower_one() -> None:
    diagnosis = _of("lr_tiny")

    rates = [
        change.value for found in diagnosis for change in found.remedy.changes if change.setting == "learning_rate"
    ]
    assert told(diagnosis, "constant_validation").kind == "too_slow"
    assert rates
    assert all(isinstance(rate, float) and rate > 1 for rate in rates)


def test_random_labels_that_training_learns_at_validations_cost_want_a_look_at_the_labels() -> None:
    diagnosis = _of("noise_100")

    assert "flat_training" in diagnosis.labels
    assert told(diagnosis, "flat_training").remedy.advice.startswith("Look at ten examples")


def test_a_sorted_split_of_ten_classes_is_not_said_to_hold_one_class() -> None:
    assert symptoms(_of("sorted_split_ten")) == {"overfitting"}
    assert told(_of("sorted_split_ten"), "overfitting").kind == "other_classes"


def test_a_loss_that_exploded_in_passing_is_named_by_its_peak() -> None:
    finding = told(_of("explode_reg"), "diverged")

    assert "exploded to about 2e+19 in epoch 1" in finding.summary


def test_a_run_that_learned_after_an_explosion_has_not_diverged() -> None:
    loss = [3e19, 90.0, *(20 * np.exp(-0.3 * np.arange(30)) + 0.2)]

    assert "diverged" not in diagnose({"loss": loss}, {"task": "regression"}).labels


def test_three_epochs_of_a_steep_fall_are_no_success_yet() -> None:
    assert told(_of("short_3"), "cannot_tell").kind == "too_short"
    assert diagnose({"loss": [0.7, 0.3, 0.2], "accuracy": [0.6, 0.9, 0.95]}).healthy


@pytest.mark.parametrize("name", ["reg_sigmoid_out", "ae_sat"])
def test_numbers_out_of_reach_of_the_output_have_nothing_to_do_with_classes_or_rates(name: str) -> None:
    diagnosis = _of(name)

    assert diagnosis.labels == ("flat_training", "constant_validation")
    assert all("class" not in found.remedy.advice and not found.remedy.changes for found in diagnosis)
    assert "sigmoid" in told(diagnosis, "flat_training").causes[0].cause


def test_validation_that_never_beats_guessing_is_no_matter_of_more_examples() -> None:
    finding = told(_of("labels_permuted"), "overfitting")

    assert finding.kind == "guesses"
    assert "read in another order" in finding.causes[0].cause
    assert "more examples" not in finding.remedy.advice


def test_three_of_four_right_in_training_is_not_by_heart() -> None:
    assert _of("noise_two_30").labels == ("overfitting",)
    assert "by heart" not in _of("noise_two_30").verdict
    assert "by heart" in _of("val_every_10_overfit").verdict


def test_what_is_answered_as_well_as_ever_was_not_lost() -> None:
    assert "diverged" in _of("momentum_of_one").labels
    assert "unlearned" not in symptoms(_of("momentum_of_one"))


def test_a_loss_that_its_accuracy_contradicts_did_not_just_go_well() -> None:
    assert _of("bce_acc_threshold").verdict.startswith("Training went well by its loss, which does not agree")


def test_a_model_that_only_guesses_is_not_told_to_grow_first() -> None:
    assert "flat_training" in _of("lr_adam_1").labels
    assert all("more units" not in found.remedy.advice for found in _of("lr_adam_1"))
