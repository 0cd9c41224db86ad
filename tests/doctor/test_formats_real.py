"""Logs that the libraries of the test environment write themselves, against what they say of the run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import doctor
from tests.doctor.test_joining import values


def problem() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).random((60, 4)).astype("float32")
    return x, (x[:, 0] > 0.5).astype("int64")


@pytest.mark.parametrize("form", ["list", "object", "table"])
def test_scikit_learns_loss_curve(form: str) -> None:
    network = pytest.importorskip("sklearn.neural_network")
    model = network.MLPClassifier((4,), max_iter=6, early_stopping=True, n_iter_no_change=6, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.fit(*problem())
    columns = {
        "loss_curve_": [float(v) for v in model.loss_curve_],
        "validation_scores_": [float(v) for v in model.validation_scores_],
    }
    table = ",loss_curve_,validation_scores_\n" + "".join(
        f"{n},{a},{b}\n" for n, (a, b) in enumerate(zip(*columns.values(), strict=True))
    )
    text = {"list": json.dumps(columns["loss_curve_"]), "object": json.dumps(columns), "table": table}[form]
    run = doctor.read_run(text.encode())

    assert run.reading.format == "sklearn"
    assert values(run, "loss") == columns["loss_curve_"]
    if form != "list":
        assert values(run, "val_accuracy") == columns["validation_scores_"]


@pytest.mark.parametrize(("before", "after"), [([], ["accuracy"]), (["accuracy"], [])])
def test_what_keras_appends_after_metrics_were_changed_is_understood(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    keras = pytest.importorskip("keras")
    x, y = problem()
    path, histories = tmp_path / "log.csv", []
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    for epoch, metrics in ((0, before), (3, after)):
        model.compile(keras.optimizers.SGD(0.05), "binary_crossentropy", metrics=metrics)
        callback = keras.callbacks.CSVLogger(str(path), append=True)
        fit = model.fit(
            x, y, validation_split=0.3, initial_epoch=epoch, epochs=epoch + 3, verbose=0, callbacks=[callback]
        )
        histories.append(fit.history)
    run = doctor.read_run(path)

    for curve in ("loss", "val_loss"):
        assert values(run, curve) == pytest.approx([value for history in histories for value in history[curve]])
    measured = [value for history in histories for value in history.get("accuracy", [None] * 3)]
    assert values(run, "accuracy") == measured
    assert "has" in " ".join(run.reading.notes)


@pytest.fixture(scope="module")
def measured_every_third_epoch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[float]]]:
    """One run as Keras writes it in three ways, and its own record of it."""
    keras = pytest.importorskip("keras")
    folder = tmp_path_factory.mktemp("third")
    x, y = problem()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    callbacks = [
        keras.callbacks.CSVLogger(str(folder / "log.csv")),
        keras.callbacks.TensorBoard(str(folder / "board")),
    ]
    fit = model.fit(x, y, validation_split=0.3, validation_freq=3, epochs=10, verbose=0, callbacks=callbacks)
    (folder / "history.json").write_text(json.dumps(fit.history))
    return folder, fit.history


@pytest.mark.parametrize("name", ["log.csv", "history.json", "board"])
def test_validation_that_keras_measures_every_third_epoch_stands_at_its_epochs(
    measured_every_third_epoch: tuple[Path, dict[str, list[float]]], name: str
) -> None:
    folder, history = measured_every_third_epoch
    run = doctor.read_run(folder / name)

    assert values(run, "loss") == pytest.approx(history["loss"])
    assert values(run, "val_loss")[2::3] == pytest.approx(history["val_loss"])
    assert values(run, "val_loss")[:2] == [None, None]
