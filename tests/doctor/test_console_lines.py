"""Lines that people's loops and PyTorch's tutorials print, in their words, with the values they were given."""

from __future__ import annotations

import contextlib
import json
import math

import pytest

import doctor
from tests.doctor.test_joining import values

EPOCHS = range(1, 5)
LOSS = [round(1 / n, 4) for n in EPOCHS]
VALIDATION = [round(1.2 / n, 4) for n in EPOCHS]
ACCURACY = [0.5 + 0.1 * n for n in EPOCHS]
BOTH = {"loss": LOSS, "val_loss": VALIDATION}
LINES = {
    "bars between": ("Epoch {n}/4 | train loss {l} | val acc {a}\n", {"loss": LOSS, "val_accuracy": ACCURACY}),
    "bars and percent": ("epoch {n:03d} | lr 1.0e-03 | train_loss {l} | valid_loss {v} | time 3.2s\n", BOTH),
    "torchs tutorial of cifar": ("[{n},  2000] loss: {l}\n", {"loss": LOSS}),
    "torchs quickstart": (
        "Epoch {n}\n-----\nloss: {l}  [   64/60000]\nTest Error: \n Accuracy: {p:.1f}%, Avg loss: {v} \n\n",
        {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": ACCURACY},
    ),
    "torchs tutorial of training": ("EPOCH {n}:\n  batch 1000 loss: 9.0\nLOSS train {l} valid {v}\n", BOTH),
    "owners behind": ("Epoch {n}: loss {l} (train) {v} (val)\n", BOTH),
    "owners with equals": ("epoch {n} loss: train={l}, val={v}\n", BOTH),
    "owners with a slash": ("Epoch {n} | Loss (train/val): {l}/{v}\n", BOTH),
    "headings": ("Epoch {n}\nTrain:\n  loss: {l}\nValidation:\n  loss: {v}\n", BOTH),
    "times in brackets": ("[2026-01-02 10:00:00,123][INFO] epoch {n} train loss: {l} val loss: {v}\n", BOTH),
    "steps": ("step {n}: train loss {l}, val loss {v}\n", BOTH),
}


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES)
def test_each_value_of_a_printed_line_goes_to_its_owner(line: str, expected: dict[str, list[float]]) -> None:
    text = "".join(
        line.format(n=n, l=LOSS[n - 1], v=VALIDATION[n - 1], a=ACCURACY[n - 1], p=100 * ACCURACY[n - 1]) for n in EPOCHS
    )
    run = doctor.read_run(text.encode())

    assert {series.curve for series in run.series} == set(expected)
    for curve, held in expected.items():
        assert values(run, curve) == pytest.approx(held)


@pytest.mark.parametrize("text", ["[1, 2, 3]", "[0.7, 0.5, 0.4, 0.35]", "loss_1.5 | val_loss\n0.7|0.8\n0.6|0.7\n"])
def test_lists_and_tables_are_still_no_console_text(text: str) -> None:
    with contextlib.suppress(doctor.HistoryError):
        assert doctor.read_run(text.encode()).reading.format != "console"


@pytest.mark.parametrize("cells", [1, 2])
def test_trainings_in_the_cells_of_a_notebook_are_no_restarts(cells: int) -> None:
    text = "".join(f"Epoch {n}/8 - loss: {1 / n:.3f} - val_loss: {1.1 / n:.3f}\n" for n in range(1, 9))
    cell = {"cell_type": "code", "outputs": [{"output_type": "stream", "text": [text]}]}
    notebook = {"nbformat": 4, "cells": [{"cell_type": "markdown"}, *[cell] * cells]}
    history, context = doctor.read(json.dumps(notebook).encode())
    diagnosis = doctor.diagnose(history, context)

    assert "restarted" not in {finding.symptom for finding in diagnosis}
    assert diagnosis.reading is not None
    assert ("prints 2 trainings" in " ".join(diagnosis.reading.notes)) is (cells == 2)


def test_a_score_below_nothing_is_no_accuracy() -> None:
    scores = [-5.7, -2.1, 0.1, 0.4]  # MLPRegressor's validation_scores_: R squared
    run = doctor.read_run(json.dumps({"loss_curve_": LOSS, "validation_scores_": scores}).encode())

    assert {series.curve for series in run.series} == {"loss"}
    assert "no accuracy" in " ".join(unused.reason for unused in run.reading.unused)


def test_a_resumed_part_is_measured_from_where_the_whole_run_began() -> None:
    rows = [(0.12 + 0.56 * 0.7**n, 0.22 + 0.44 * 0.67**n) for n in range(14)]
    whole = doctor.diagnose({"loss": [loss for loss, _ in rows], "val_loss": [held for _, held in rows]})
    order = [*range(8), *range(6, 14)]
    text = "epoch,loss,val_loss\n" + "".join(f"{n},{rows[n][0]},{rows[n][1]}\n" for n in order)
    resumed = doctor.diagnose(*doctor.read(text.encode()))

    assert "overfitting" not in whole.labels
    assert "overfitting" not in resumed.labels


@pytest.mark.parametrize("end", ["0.", "0.3"])
@pytest.mark.parametrize(
    "line", ["[{0}]\ttrain-logloss:0.5{0}321\teval-logloss:0.6{0}321\n", "{0},0.5{0}321,0.6{0}321\n"]
)
def test_a_number_that_is_cut_off_at_the_end_of_a_log_is_a_gap(line: str, end: str) -> None:
    table = "" if line.startswith("[") else "epoch,loss,val_loss\n"
    whole = table + "".join(line.format(n) for n in range(1, 6))

    run = doctor.read_run((whole[: whole.rindex("0.")] + end).encode())

    losses = {series.curve: series.points.values.tolist() for series in run.series}
    assert losses["loss"] == [0.51321, 0.52321, 0.53321, 0.54321, 0.55321]
    assert losses["val_loss"][:4] == [0.61321, 0.62321, 0.63321, 0.64321]
    assert math.isnan(losses["val_loss"][4])


@pytest.mark.parametrize("before", ["root:", "INFO:root:", "2026-11-28 22:10:01,123 INFO train: "])
def test_a_loggers_name_stands_before_a_round_of_xgboost(before: str) -> None:
    lines = [f"{before}[{n}]\ttrain-logloss:0.5{n}\teval-logloss:0.6{n}" for n in range(4)]

    run = doctor.read_run("\n".join(lines).encode())

    assert [series.points.values.tolist() for series in run.series] == [
        [0.5, 0.51, 0.52, 0.53],
        [0.6, 0.61, 0.62, 0.63],
    ]
