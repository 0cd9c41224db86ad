"""Runs made in the test, by the numpy network and by scikit-learn, with a fault that is known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from benchmarks.doctor.make_runs import make
from doctor import diagnose


@pytest.mark.parametrize(
    ("cause", "label", "least"),
    [
        ("diverged_l2_unstable", "diverged", 4),
        ("dead_relu", "flat_training", 4),
        ("frozen_weights", "constant_validation", 4),
        ("stale_validation_model", "constant_validation", 3),
        ("saturated_one_class", "constant_validation", 3),
        ("tiny_val", "too_small_validation", 4),
    ],
)
def test_a_fault_that_was_caused_is_found(cause: str, label: str, least: int) -> None:
    runs = [run for seed in range(6) if (run := make(seed, cause)) is not None and label in run["labels"]]
    found = [label in diagnose(run["epochs"], run["context"]).labels for run in runs]

    assert len(runs) >= least
    assert np.mean(found) >= 0.8


def test_a_run_is_made_the_same_way_twice() -> None:
    assert make(12) == make(12)


def digits_run(epochs: int, **settings: object) -> dict[str, list[float]]:
    """Train scikit-learn's network on threes against eights, one pass at a time."""
    x, y = load_digits(return_X_y=True)
    chosen = np.isin(y, [3, 8])
    x, y = x[chosen] / 16, (y[chosen] == 8).astype(int)
    train, validation = slice(0, 160), slice(160, 320)
    model = MLPClassifier(batch_size=16, random_state=0, **settings)
    history: dict[str, list[float]] = {name: [] for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
    for _ in range(epochs):
        model.partial_fit(x[train], y[train], classes=[0, 1])
        for prefix, part in (("", train), ("val_", validation)):
            probabilities = np.clip(model.predict_proba(x[part])[:, 1], 1e-7, 1 - 1e-7)
            history[f"{prefix}loss"].append(log_loss(y[part], probabilities))
            history[f"{prefix}accuracy"].append(float(np.mean((probabilities > 0.5) == y[part])))
    return history


CONTEXT = {"n_train": 160, "n_val": 160, "batch_size": 16, "optimizer": "adam"}


def test_a_sound_run_of_another_library_is_healthy() -> None:
    history = digits_run(30, hidden_layer_sizes=(16,), learning_rate_init=3e-3)

    assert diagnose(history, CONTEXT | {"learning_rate": 3e-3}).labels == ("healthy",)


def test_a_rate_far_too_low_is_seen_in_another_library_too() -> None:
    history = digits_run(25, hidden_layer_sizes=(16,), learning_rate_init=3e-5)
    diagnosis = diagnose(history, CONTEXT | {"learning_rate": 3e-5})

    assert "undertrained" in diagnosis.labels
    assert "learning_rate_too_low" in [finding.symptom for finding in diagnosis]


def test_the_remedy_for_a_rate_too_low_makes_the_run_healthy() -> None:
    slow = diagnose(digits_run(25, hidden_layer_sizes=(16,), learning_rate_init=3e-5), CONTEXT)
    settings = {"learning_rate": 3e-5, "epochs": 25}
    for finding in slow:
        for change in finding.remedy.changes:
            if change.action == "multiply" and change.setting in settings:
                settings[change.setting] *= float(change.value)

    mended = digits_run(int(settings["epochs"]), hidden_layer_sizes=(16,), learning_rate_init=settings["learning_rate"])

    assert diagnose(mended, CONTEXT).healthy


def test_replacing_the_context_by_nothing_still_finds_the_fault() -> None:
    run = make(3, "stale_validation_model")
    assert run is not None

    assert "constant_validation" in diagnose(run["epochs"]).labels
