from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from doctor import diagnose
from tests.doctor import curves_by_hand as by_hand

RARE = by_hand.CONTEXT | {"class_counts_train": [152, 8], "class_counts_val": [38, 2]}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "healthy": (by_hand.healthy(), by_hand.CONTEXT, {"healthy"}),
    "overfitting": (by_hand.overfitting(), by_hand.CONTEXT, {"overfitting"}),
    "exploding": (by_hand.exploding(), by_hand.CONTEXT, {"diverged"}),
    "flat": (by_hand.flat(), by_hand.CONTEXT, {"flat_training", "constant_validation"}),
    "stale": (by_hand.stale(), by_hand.CONTEXT, {"constant_validation"}),
    "saturated": (by_hand.saturated(), by_hand.CONTEXT, {"oscillating", "constant_validation"}),
    "undertrained": (by_hand.undertrained(), by_hand.CONTEXT, {"undertrained"}),
    "swinging": (by_hand.swinging(), by_hand.CONTEXT, {"oscillating"}),
    "collapsed": (by_hand.collapsed(), RARE, {"imbalance_collapse"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_textbook_curve_gets_its_textbook_label(name: str) -> None:
    history, context, expected = CASES[name]

    # A model at chance does not fit its training images: saying so too is no mistake.
    also_right = {"underfitting"} if "flat_training" in expected else set()
    assert set(diagnose(history, context).labels) - also_right == expected


@pytest.mark.parametrize(
    ("history", "kind"),
    [
        (by_hand.stale(), "stale_weights"),
        (by_hand.saturated(), "saturated_outputs"),
        (by_hand.flat(), "dead_units"),
        (by_hand.stale() | {"loss": by_hand.noisy(np.full(30, 0.71), 0.03)}, "no_learning"),
    ],
)
def test_the_kinds_of_constant_validation_are_told_apart(history: dict[str, Any], kind: str) -> None:
    (finding,) = [f for f in diagnose(history, by_hand.CONTEXT) if f.symptom == "constant_validation"]

    assert finding.kind == kind


@pytest.mark.parametrize(("n_val", "expected"), [(10, True), (11, False), (None, False)])
def test_ten_validation_images_are_too_few(n_val: int | None, expected: bool) -> None:
    context = {"n_train": 160, "n_val": n_val, "batch_size": 16}

    assert ("too_small_validation" in diagnose(by_hand.healthy(), context).labels) is expected


def test_steps_of_a_tenth_are_no_oscillation_with_ten_images() -> None:
    history = by_hand.healthy()
    history["val_accuracy"] = [0.5 + 0.1 * (epoch % 2) + 0.3 * (epoch > 10) for epoch in range(40)]

    diagnosis = diagnose(history, by_hand.CONTEXT | {"n_val": 10, "class_counts_val": [5, 5]})

    assert "oscillating" not in diagnosis.labels


@pytest.mark.parametrize(
    ("history", "context", "note"),
    [
        (by_hand.overfitting(), by_hand.CONTEXT | {"parameters": 36_800_000}, "model_too_large"),
        (by_hand.swinging(), by_hand.CONTEXT, "learning_rate_too_high"),
        (by_hand.undertrained(), by_hand.CONTEXT, "learning_rate_too_low"),
        (by_hand.overfitting(), by_hand.CONTEXT, "overconfident"),
        (
            by_hand.healthy() | {"val_accuracy": [1.0] * 40},
            by_hand.CONTEXT,
            "too_good_too_soon",
        ),
        (
            by_hand.healthy() | {"val_loss": [v / 3 for v in by_hand.healthy()["loss"]]},
            by_hand.CONTEXT,
            "validation_better_than_training",
        ),
    ],
)
def test_notes_explain_what_the_labels_do_not(history: dict[str, Any], context: dict[str, Any], note: str) -> None:
    assert note in [finding.symptom for finding in diagnose(history, context)]


def test_one_epoch_cannot_tell() -> None:
    diagnosis = diagnose({"loss": [0.4]})

    assert [finding.symptom for finding in diagnosis] == ["cannot_tell"]
    assert not diagnosis.healthy
    assert {check.check for check in diagnosis.checks_not_run} >= {"healthy", "overfitting", "oscillating"}


def test_training_loss_alone_is_enough_and_the_rest_is_listed_as_not_checked() -> None:
    diagnosis = diagnose({"loss": by_hand.healthy()["loss"]})

    reasons = {check.check: check.reason for check in diagnosis.checks_not_run}
    assert "validation loss" in reasons["overfitting"]
    assert "validation examples" in reasons["too_small_validation"]


def test_a_validation_loss_given_only_every_fifth_epoch_is_no_explosion() -> None:
    history = by_hand.healthy()
    seldom = [value if epoch % 5 == 0 else None for epoch, value in enumerate(history["val_loss"])]

    assert "diverged" not in diagnose(history | {"val_loss": seldom}, by_hand.CONTEXT).labels


def test_an_infinite_loss_is_named_with_its_epoch() -> None:
    (finding,) = [f for f in diagnose(by_hand.exploding()) if f.symptom == "diverged"]

    first = {evidence.name: evidence for evidence in finding.evidence}["first_epoch_not_finite"]
    assert first.epochs == (6,)
    assert finding.severity == "critical"


def test_a_first_epoch_that_is_infinite_does_not_say_that_nothing_was_learned() -> None:
    diagnosis = diagnose({"loss": [float("inf"), 0.7, 0.6, 0.5, 0.45, 0.4, 0.38, 0.36]})

    assert diagnosis.labels == ("diverged",)
    assert "in the first epoch" in diagnosis.findings[0].summary
    assert "nothing was learned" not in diagnosis.verdict


@pytest.mark.parametrize("epochs", [3, 10])
def test_a_loss_of_nothing_in_every_epoch_is_no_success(epochs: int) -> None:
    assert not diagnose({"loss": [0.0] * epochs}).healthy
    assert diagnose({"loss": [0.0] * epochs, "accuracy": [1.0] * epochs}).healthy
