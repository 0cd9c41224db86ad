"""Logs of libraries that were run for this, rebuilt by hand in the layout of the version that each test names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import doctor
from tests.doctor.event_files import event_file
from tests.doctor.test_joining import values

LOSS, VALIDATION = [0.75, 0.5, 0.375, 0.25], [0.625, 0.5625, 0.5, 0.4375]
ACCURACY, MEASURED = [0.5, 0.625, 0.75, 0.875], [0.5, 0.5625, 0.625, 0.6875]


def curves(run: doctor.Run) -> dict[str, list[float | None]]:
    return {series.curve: values(run, series.curve) for series in run.series}


def test_poutyne_1_17_writes_each_series_of_add_scalars_into_a_folder_with_its_name(tmp_path: Path) -> None:
    series = {"loss_loss": LOSS, "loss_val_loss": VALIDATION, "acc_acc": ACCURACY, "acc_val_acc": MEASURED}
    for folder, held in series.items():
        events = [(n, folder.split("_")[0], value) for n, value in enumerate(held, 1)]
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "events.out.tfevents.1").write_bytes(event_file(events))

    expected = {"loss": LOSS, "accuracy": ACCURACY, "val_loss": VALIDATION, "val_accuracy": MEASURED}
    assert curves(doctor.read_run(tmp_path)) == expected


def test_ignite_0_5_measures_training_images_again_under_training_eval() -> None:
    tags = {"training/loss": LOSS, "training_eval/accuracy": ACCURACY, "training_eval/nll": VALIDATION}
    events = [(n, tag, value) for tag, held in tags.items() for n, value in enumerate(held, 1)]
    run = doctor.read_run(event_file(events))

    assert curves(run) == {"loss": LOSS, "accuracy": ACCURACY}


@pytest.mark.parametrize("cut", [False, True], ids=["the bar goes on below the last epoch", "and stops there"])
def test_ignite_0_5_prints_bars_of_batches_above_the_line_of_the_epoch(cut: bool) -> None:
    text = ""
    for n, (loss, right, validation, measured) in enumerate(zip(LOSS, ACCURACY, VALIDATION, MEASURED, strict=True), 1):
        bar = f"\rITERATION - loss: 9.{n}: {{share}}|#####     | {{done}}/4 [00:00<00:01, 10{n}.03it/s]"
        text += bar.format(share="  0%", done=0).replace("<00:01", "<?") + bar.format(share=" 50%", done=2)
        text += f"\r      \rTraining Results - Epoch: {n} Avg accuracy: {right} Avg loss: {loss}\n"
        text += bar.format(share="100%", done=4)
        text += f"\r      \rValidation Results - Epoch: {n} Avg accuracy: {measured} Avg loss: {validation}\n"
        text += "" if cut and n == len(LOSS) else bar.format(share="100%", done=4)
    run = doctor.read_run(text.encode())

    expected = {"loss": LOSS, "accuracy": ACCURACY, "val_loss": VALIDATION, "val_accuracy": MEASURED}
    assert curves(run) == expected
    assert run.reading.axis == "epoch"


def test_fastai_2_8_prints_large_losses_without_a_blank_between_them() -> None:
    rows = [(0.75, 0.625), (2e14, 3e19), (4e28, 7e31)]
    text = "epoch     train_loss  valid_loss  accuracy  time    \n" + "".join(
        f"{n:<10}{loss:<12.6f}{validation:<12.6f}{0.5:<10.6f}00:00     \n" for n, (loss, validation) in enumerate(rows)
    )
    assert "000000" * 2 in text.replace(".", "")  # what the table cannot hold stands in one piece
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == [row[0] for row in rows]
    assert values(run, "val_loss") == [row[1] for row in rows]
    assert values(run, "val_accuracy") == [0.5, 0.5, 0.5]


def scalars(first: int, last: int, validation_step: int | None = None) -> str:
    """Return MMEngine's scalars.json: two iterations and a validation an epoch."""
    lines = []
    for n in range(first, last):
        for half in (0, 1):
            step = 2 * n + half + 1
            row = {"lr": 0.1, "data_time": 0.1, "loss": LOSS[n] + 0.125 * (1 - 2 * half), "time": 0.1, "iter": step}
            lines.append(row | ({} if validation_step is not None else {"epoch": n + 1}) | {"step": step})
        closing = n + 1 if validation_step is None else validation_step
        lines.append({"accuracy": 100 * MEASURED[n], "data_time": 0.1, "time": 0.1, "step": closing})
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_mmengine_0_10_counts_validations_of_iterations_as_step_0() -> None:
    run = doctor.read_run(scalars(0, 4, validation_step=0).encode())

    assert curves(run) == {"loss": LOSS, "val_accuracy": MEASURED}
    assert run.axis.tolist() == [2, 4, 6, 8]
    assert run.reading.restarts == ()


def test_mmengine_0_10_keeps_the_iteration_of_a_validation_that_tells_it() -> None:
    """With `log_metric_by_epoch=False`; training is written every second iteration, and validated every third."""
    steps = {2: {"loss": 0.75}, 3: {"accuracy": 50.0}, 4: {"loss": 0.5}, 6: {"loss": 0.25}, 8: {"loss": 0.125}}
    told = {"data_time": 0.1, "time": 0.1}
    lines = [row | told | {"step": step} | ({"iter": step} if "loss" in row else {}) for step, row in steps.items()]
    lines.insert(4, {"accuracy": 62.5, **told, "step": 6})
    run = doctor.read_run("".join(json.dumps(line) + "\n" for line in lines).encode())
    measured = run.points("val_accuracy")

    assert measured is not None
    assert run.axis[measured.written].tolist() == [3, 6]


def test_mmengine_0_10_prints_a_validations_own_batches_behind_iter() -> None:
    time = "2026/01/02 10:00:00 - mmengine - INFO - "
    text = ""
    for n in range(4):
        text += f"{time}Iter(train) [{2 * n + 1:4}/8]  lr: 1.0000e-01  time: 0.1  loss: {LOSS[n] + 0.125}\n"
        text += f"{time}Iter(train) [{2 * n + 2:4}/8]  lr: 1.0000e-01  time: 0.1  loss: {LOSS[n] - 0.125}\n"
        text += f"{time}Iter(val) [1/2]    eta: 0:00:00  time: 0.1\n"
        text += f"{time}Iter(val) [2/2]    accuracy: {100 * MEASURED[n]}  data_time: 0.1  time: 0.1\n"
    run = doctor.read_run(text.encode())

    assert curves(run) == {"loss": LOSS, "val_accuracy": MEASURED}
    assert run.axis.tolist() == [2, 4, 6, 8]


@pytest.mark.parametrize(("stop", "start"), [(2, 2), (3, 2)], ids=["where it stopped", "from an earlier checkpoint"])
def test_a_run_that_was_resumed_into_another_folder_is_one_run(tmp_path: Path, stop: int, start: int) -> None:
    for name, lines in (("20260101_10", scalars(0, stop)), ("20260101_11", scalars(start, 4))):
        (tmp_path / name / "vis_data").mkdir(parents=True)
        (tmp_path / name / "vis_data" / "scalars.json").write_text(lines)
    run = doctor.read_run(tmp_path)

    assert curves(run) == {"loss": LOSS, "val_accuracy": MEASURED}
    assert any("read as one resumed run" in note for note in run.reading.notes)
    assert run.reading.restarts == ((3,) if stop > start else ())


def test_a_run_of_keras_3_that_was_resumed_into_another_folder_keeps_its_validation(tmp_path: Path) -> None:
    for name, first in (("first", 0), ("second", 2)):
        for part, losses in (("train", LOSS), ("validation", VALIDATION)):
            events = [(n, "epoch_loss", losses[n]) for n in (first, first + 1)]
            (tmp_path / name / part).mkdir(parents=True)
            (tmp_path / name / part / "events.out.tfevents.1").write_bytes(event_file(events))

    assert curves(doctor.read_run(tmp_path)) == {"loss": LOSS, "val_loss": VALIDATION}


def test_runs_that_each_begin_at_the_beginning_are_asked_for(tmp_path: Path) -> None:
    for name in ("20260101_10", "20260101_11"):
        (tmp_path / name / "vis_data").mkdir(parents=True)
        (tmp_path / name / "vis_data" / "scalars.json").write_text(scalars(0, 4))

    with pytest.raises(doctor.HistoryError, match="holds 2 runs"):
        doctor.read_run(tmp_path)


def test_the_mean_that_hugging_face_writes_when_training_ends_is_no_curve() -> None:
    """Transformers 5, logging_steps=500 and fewer steps than that: the only loss of training is the closing mean."""
    printed = [f"{{'eval_loss': '{loss}', 'eval_accuracy': '0.5', 'epoch': '{n}'}}" for n, loss in enumerate(LOSS, 1)]
    printed.append("{'train_runtime': '2.7', 'train_steps_per_second': '23', 'train_loss': '0.55', 'epoch': '4'}")
    events = [(8 * n, "eval/loss", loss) for n, loss in enumerate(LOSS, 1)]
    closing = [(32, "train/train_runtime", 2.7), (32, "train/train_loss", 0.55)]

    for log in ("\n".join(printed).encode(), event_file([*events, *closing])):
        with pytest.raises(doctor.HistoryError, match="holds one value, which sums up the training"):
            doctor.read_run(log)


def test_bars_of_tqdm_4_70_in_a_notebook_are_read_as_they_stand_at_the_end() -> None:
    """The output itself shows each bar at 0 %; ipywidgets 8 saves its last state in the notebook's metadata."""
    models: dict[str, object] = {}
    outputs = []
    for n, (loss, validation) in enumerate(zip(LOSS, VALIDATION, strict=True), 1):
        right = f"\u200720/20\u2007[00:00&lt;00:00,\u2007274.68it/s,\u2007loss={loss},\u2007val_loss={validation}]"
        row = {"HTML": f"Epoch\u2007{n}/4:\u2007100%", "FloatProgress": 20.0, "right": right}
        models |= {f"{name}{n}": {"model_name": name, "state": {"value": value}} for name, value in row.items()}
        models[f"box{n}"] = {"state": {"children": [f"IPY_MODEL_{name}{n}" for name in row]}}
        view = {"model_id": f"box{n}", "version_major": 2, "version_minor": 0}
        data = {
            "application/vnd.jupyter.widget-view+json": view,
            "text/plain": f"Epoch {n}/4:   0%|          | 0/20 [00:00<?, ?it/s]",
        }
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    notebook = {
        "cells": [{"cell_type": "code", "source": "", "outputs": outputs}],
        "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": models}}},
        "nbformat": 4,
    }

    assert curves(doctor.read_run(json.dumps(notebook).encode())) == {"loss": LOSS, "val_loss": VALIDATION}


def test_runs_that_log_at_different_intervals_are_not_one_resumed_run(tmp_path: Path) -> None:
    for name, every in (("often", 50), ("seldom", 100)):
        (tmp_path / name).mkdir()
        events = [(every * n, "train/loss", 1 / n) for n in range(1, 9)]
        (tmp_path / name / "events.out.tfevents.1").write_bytes(event_file(events))

    with pytest.raises(doctor.HistoryError, match="holds 2 runs"):
        doctor.read_run(tmp_path)
