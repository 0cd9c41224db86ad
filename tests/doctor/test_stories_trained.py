"""The stories again, each on a run that a small network really made."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.doctor import problems
from benchmarks.doctor.fitting import Run, start, train
from benchmarks.doctor.network import Settings
from doctor import diagnose, read
from tests.doctor.findings_told import symptoms, told

Rows = tuple[np.ndarray, np.ndarray]
SANE = Settings(hidden=(16,), learning_rate=5e-3, batch_size=16)


def _rows(count: int, distance: float = 5.0, seed: int = 0) -> Rows:
    return problems.blobs(np.random.default_rng(1), distance).draw(count, np.random.default_rng(seed))


def _run(training: Rows, validation: Rows, settings: Settings = SANE, epochs: int = 20) -> Run:
    return train(start(settings, (training, validation, validation), 0), epochs)


def _facts(run: Run) -> dict[str, Any]:
    return {
        "n_train": len(run.train[1]),
        "n_val": len(run.validation[1]),
        "batch_size": run.network.settings.batch_size,
    }


def _rate(run: Run, times: float) -> None:
    settings = run.network.settings
    run.network.settings = replace(settings, learning_rate=settings.learning_rate * times)


def test_validation_on_the_training_examples_is_told_by_their_number_and_their_loss() -> None:
    rows = _rows(150, 3.0)
    same, other = _run(rows, rows), _run(rows, _rows(150, 3.0, seed=5))

    assert "validation_is_training" in symptoms(diagnose(same.seen, _facts(same)))
    assert "validation_is_training" not in symptoms(diagnose(other.seen, _facts(other)))
    assert not diagnose(same.seen, _facts(same)).healthy


def test_a_loss_that_is_averaged_over_ten_outputs_contradicts_its_accuracy() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 6)).astype(np.float32), rng.integers(0, 10, 300)
    one_hot = np.eye(10, dtype=np.float32)[y]
    run = start(replace(SANE, head="pixels", outputs=10), ((x, one_hot), (x, one_hot), (x, one_hot)), 0)
    losses, accuracies = [], []
    for _ in range(15):
        run.epoch()
        losses.append(run.seen["loss"][-1])
        accuracies.append(float(np.mean(run.network.logits(x).argmax(axis=1) == y)))

    assert accuracies[-1] < 0.6
    assert "loss_contradicts_accuracy" in symptoms(diagnose({"loss": losses, "accuracy": accuracies}, {"classes": 10}))


def test_labels_that_nothing_tells_apart_end_as_the_answer_of_the_common_class() -> None:
    rng = np.random.default_rng(0)
    training, validation = (
        (rng.normal(size=(n, 4)).astype(np.float32), (np.arange(n) % 20 == 0).astype(np.float32)) for n in (400, 200)
    )
    run = _run(training, validation, replace(SANE, hidden=(2,)), 40)
    diagnosis = diagnose(run.seen, _facts(run))

    assert set(run.seen["val_accuracy"][-10:]) == {0.95} != set(run.seen["val_accuracy"])
    assert "imbalance_collapse" in diagnosis.labels
    assert not diagnosis.healthy


def test_a_step_too_far_destroys_what_was_learned_and_the_best_epoch_is_kept() -> None:
    settings = replace(SANE, hidden=(16, 8), optimizer="sgd_momentum", learning_rate=0.02)
    run = _run(_rows(200), _rows(100, seed=2), settings, 15)
    _rate(run, 1e3)
    run.epoch()
    _rate(run, 1e-3)
    train(run, 14)
    diagnosis = diagnose(run.seen, _facts(run))

    assert run.seen["accuracy"][14] > 0.95
    assert run.seen["accuracy"][-1] < 0.7
    finding = told(diagnosis, "unlearned")
    assert finding.kind == "destroyed"
    assert int(finding.summary.split("best in epoch ")[1].split()[0].rstrip(",")) <= 15
    assert "Keep the weights of epoch" in finding.remedy.advice
    assert diagnosis.labels


def test_a_rate_that_grows_for_hundreds_of_epochs_makes_the_loss_climb_back() -> None:
    settings = Settings(hidden=(3,), optimizer="rmsprop", learning_rate=5e-3, batch_size=6)
    told_of = []
    for seed in range(4):
        run = start(settings, (_rows(200, 2.0), _rows(80, 2.0, seed=3), _rows(80, 2.0, seed=3)), seed)
        for epoch in range(160):
            run.epoch()
            if epoch > 40:
                _rate(run, 1.035)
        diagnosis = diagnose(run.seen, _facts(run))
        told_of.append("unlearned" in symptoms(diagnosis))
        if told_of[-1]:
            assert not {"healthy", "label_noise", "underfitting"} & set(diagnosis.labels)
            assert diagnosis.labels

    assert sum(told_of) >= 2  # a rate that grows may also make a run swing or explode, which is told as that


def test_two_trained_runs_in_one_file_are_judged_apart() -> None:
    lines = ["epoch,loss,accuracy,val_loss,val_accuracy"]
    for seed in (0, 1):
        run = _run(_rows(200, seed=seed), _rows(100, seed=7), epochs=12)
        values = zip(*run.seen.values(), strict=True)
        lines += [",".join(map(str, (epoch, *row))) for epoch, row in enumerate(values)]
    history, context = read("\n".join(lines).encode())
    diagnosis = diagnose(history, context)

    assert "restarted" in symptoms(diagnosis)
    assert "oscillating" not in diagnosis.labels


def test_moving_averages_that_lag_behind_make_validation_jump() -> None:
    settings = Settings(hidden=(32, 32), batch_norm=0.5, batch_size=4, learning_rate=0.03)
    run = _run(_rows(240, 4.0), _rows(40, 4.0, seed=4), settings, 30)
    said = symptoms(diagnose(run.seen, _facts(run)))

    jumps = np.std(np.diff(run.seen["val_loss"])) / np.median(run.seen["val_loss"])
    assert jumps > 0.4
    assert said & {"validation_jumps", "inference_differs", "oscillating"}


def test_softmax_on_one_unit_is_named_where_every_answer_is_one() -> None:
    training, validation = _rows(200), _rows(60, seed=2)
    # Softmax of one number is 1 whatever the number: sure answers of class 1, clipped as Keras clips them.
    sure = Settings(hidden=(8,), trainable=False, output_bias=500.0, clipped_loss=True)
    run = _run(training, validation, sure, 10)
    finding = told(diagnose(run.seen, _facts(run)), "constant_validation")

    assert "softmax on one unit" in finding.causes[0].cause


@pytest.mark.parametrize("classes", [2, 10])
def test_a_loss_of_probabilities_stands_at_its_floor(classes: int) -> None:
    rng = np.random.default_rng(0)
    centres = 6 * np.eye(classes, 12)
    y = rng.integers(0, classes, 600)
    x = (centres[y] + rng.normal(size=(600, 12))).astype(np.float32)
    rows = (x[:400], y[:400].astype(np.float32))
    fresh = (x[400:], y[400:].astype(np.float32))
    run = start(replace(SANE, head="classes", outputs=classes), (rows, fresh, fresh), 0)
    val_loss = []
    for _ in range(20):
        run.epoch()
        val_loss.append(_cost(_softmax(_softmax(run.network.logits(fresh[0]))), y[400:]))

    history = {"loss": run.seen["loss"], "accuracy": run.seen["accuracy"]}
    history |= {"val_loss": val_loss, "val_accuracy": run.seen["val_accuracy"]}
    finding = told(diagnose(history, {"classes": classes, "n_train": 400, "n_val": 200}), "loss_of_probabilities")
    assert val_loss[-1] > math.log(1 + (classes - 1) / math.e)
    assert "logits" in finding.remedy.advice


def test_a_split_that_was_not_shuffled_is_named() -> None:
    x, y = _rows(200, 2.5)
    order = np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    run = _run((x[:150], y[:150]), (x[150:], y[150:]))
    counts = {
        f"class_counts_{part}": [int(np.sum(rows[1] == c)) for c in (0, 1)]
        for part, rows in (("train", run.train), ("val", run.validation))
    }
    diagnosis = diagnose(run.seen, _facts(run) | counts)

    assert not diagnosis.healthy
    assert "unshuffled" in str([finding.causes for finding in diagnosis])


def test_one_input_that_is_not_a_number_sends_to_the_inputs_first() -> None:
    x, y = _rows(100)
    x = x.copy()
    x[3, 0] = np.nan
    run = _run((x, y), _rows(50, seed=2), epochs=6)
    finding = told(diagnose(run.seen, _facts(run)), "diverged")

    assert math.isnan(run.seen["loss"][0])
    assert "input" in finding.causes[0].cause
    assert finding.remedy.advice.startswith("Look for NaN")


@pytest.mark.parametrize("settings", [SANE, replace(SANE, dropout=0.4), replace(SANE, batch_norm=0.9)], ids=str)
def test_a_sound_run_tells_none_of_these_stories(settings: Settings) -> None:
    run = _run(_rows(300), _rows(100, seed=2), settings, 25)
    stories = {"unlearned", "inference_differs", "validation_is_training", "loss_of_probabilities", "restarted"}

    assert not symptoms(diagnose(run.seen, _facts(run))) & (stories | {"loss_contradicts_accuracy"})


def _softmax(values: NDArray[np.floating]) -> NDArray[np.floating]:
    powers: NDArray[np.floating] = np.exp(values - values.max(axis=1, keepdims=True))
    chances: NDArray[np.floating] = powers / powers.sum(axis=1, keepdims=True)
    return chances


def _cost(probabilities: np.ndarray, y: np.ndarray) -> float:
    return float(-np.log(probabilities[np.arange(len(y)), y]).mean())
