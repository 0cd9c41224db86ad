"""More logs, rebuilt by hand in the layout of the version that each test names."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path

import pytest

import doctor
from tests.doctor.test_formats import ACCURACY, EVERY, LOSS, VALIDATION, VALIDATION_ACCURACY, check, write
from tests.doctor.test_joining import values


def test_mmengine_0_10_counts_validation_in_epochs_and_training_in_steps() -> None:
    lines = [
        row
        for n in range(1, 5)
        for row in (
            {
                "lr": 0.1,
                "data_time": 0.01,
                "loss": LOSS[n - 1] + 0.1,
                "time": 0.1,
                "epoch": n,
                "iter": 2 * n - 1,
                "step": 2 * n - 1,
            },
            {
                "lr": 0.1,
                "data_time": 0.01,
                "loss": LOSS[n - 1] - 0.1,
                "time": 0.1,
                "epoch": n,
                "iter": 2 * n,
                "step": 2 * n,
            },
            {"accuracy/top1": 100 * VALIDATION_ACCURACY[n - 1], "data_time": 0.01, "time": 0.02, "step": n},
        )
    ]

    check(
        doctor.read_run("\n".join(map(json.dumps, lines)).encode()),
        "mmengine",
        {"loss": LOSS, "val_accuracy": VALIDATION_ACCURACY},
    )


def test_skorch_1_4_history_leaves_out_its_batches() -> None:
    rows = [
        {
            "batches": [{"train_loss": 9.0}],
            "epoch": n + 1,
            "train_loss": LOSS[n],
            "train_loss_best": True,
            "valid_loss": VALIDATION[n],
            "valid_acc": VALIDATION_ACCURACY[n],
        }
        for n in range(4)
    ]

    check(
        doctor.read_run(json.dumps(rows).encode()),
        "json",
        {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY},
    )


def test_ludwig_0_10() -> None:
    def split(losses: list[float], accuracies: list[float]) -> dict[str, dict[str, list[float]]]:
        return {"combined": {"loss": losses}, "label": {"loss": losses, "accuracy": accuracies}}

    statistics = {
        "training": split(LOSS, ACCURACY),
        "validation": split(VALIDATION, VALIDATION_ACCURACY),
        "test": split(LOSS, ACCURACY),
    }

    check(doctor.read_run(json.dumps(statistics).encode()), "ludwig")


def test_torchrl_0_14(tmp_path: Path) -> None:
    for name, held in (("train/loss", LOSS), ("eval/loss", VALIDATION)):
        write(tmp_path / "exp" / "scalars" / f"{name}.csv", "".join(f"{n},{value}\n" for n, value in enumerate(held)))
    write(tmp_path / "exp" / "scalars" / "loss.csv", "0,1\n")

    check(doctor.read_run(tmp_path / "exp"), "torchrl", {"loss": LOSS, "val_loss": VALIDATION})
    with pytest.raises(doctor.HistoryError, match="one scalar of torchrl"):
        doctor.read(tmp_path / "exp" / "scalars" / "loss.csv")


def test_r_keras_2_16_as_a_data_frame() -> None:
    names = {
        "loss": ("loss", "training"),
        "accuracy": ("accuracy", "training"),
        "val_loss": ("loss", "validation"),
        "val_accuracy": ("accuracy", "validation"),
    }
    rows = "".join(
        f'"{n + 1}",{n + 1},{EVERY[curve][n]},"{metric}","{data}"\n'
        for curve, (metric, data) in names.items()
        for n in range(4)
    )

    check(doctor.read_run(f'"","epoch","value","metric","data"\n{rows}'.encode()), "long")


def test_r_keras_2_16_as_json() -> None:
    history = {"params": {"epochs": [4]}, "metrics": EVERY}

    check(doctor.read_run(json.dumps(history).encode()), "json")


def test_ultralytics_8_4_detection_writes_its_loss_in_parts() -> None:
    names = [f"{owner}/{part}_loss" for owner in ("train", "val") for part in ("box", "cls", "dfl")]
    header = f"epoch,time,{','.join(names[:3])},metrics/mAP50(B),{','.join(names[3:])},lr/pg0\n"
    run = doctor.read_run((header + "".join(f"{n},1.5,{n},2,3,0.5,{n},3,4,0.01\n" for n in range(1, 5))).encode())

    check(run, "ultralytics", {"loss": [6, 7, 8, 9], "val_loss": [8, 9, 10, 11]})


def test_ultralytics_8_4_classification_measures_accuracy_on_validation() -> None:
    header = "epoch,time,train/loss,metrics/accuracy_top1,metrics/accuracy_top5,val/loss,lr/pg0\n"
    rows = "".join(f"{n + 1},1.5,{LOSS[n]},{VALIDATION_ACCURACY[n]},1,{VALIDATION[n]},0.01\n" for n in range(4))

    check(
        doctor.read_run((header + rows).encode()),
        "ultralytics",
        {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY},
    )


def test_timm_1_0_summary_is_in_percent() -> None:
    rows = "".join(f"{n},{LOSS[n]},{VALIDATION[n]},{100 * VALIDATION_ACCURACY[n]},100.0,0.01\n" for n in range(4))
    run = doctor.read_run(f"epoch,train_loss,eval_loss,eval_top1,eval_top5,lr\n{rows}".encode())

    check(run, "csv", {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY})


def test_avalanche_0_6_writes_zeros_where_validation_was_not_measured() -> None:
    rows = "".join(f"0,{n + 1},{ACCURACY[n]:.4f},0,{LOSS[n]:.4f},0\n" for n in range(4))
    run = doctor.read_run(f"training_exp,epoch,training_accuracy,val_accuracy,training_loss,val_loss\n{rows}".encode())

    check(run, "avalanche", {"loss": LOSS, "accuracy": ACCURACY})
    assert run.not_measured == ("val_loss", "val_accuracy")


def test_h2o_3_46_scoring_history() -> None:
    rows = "".join(
        f"2026-11-28,0.1 sec,{n},{LOSS[n]},{1 - ACCURACY[n]},{VALIDATION[n]},{1 - VALIDATION_ACCURACY[n]}\n"
        for n in range(4)
    )
    names = [
        f"{owner}_{metric}" for owner in ("training", "validation") for metric in ("logloss", "classification_error")
    ]
    header = f"timestamp,duration,number_of_trees,{','.join(names)}\n"

    check(doctor.read_run((header + rows).encode()), "csv")


def test_ray_tune_2_60_with_two_trials(tmp_path: Path) -> None:
    for trial, losses in (("train_fn_00000", LOSS), ("train_fn_00001", VALIDATION)):
        lines = [
            json.dumps({"loss": value, "training_iteration": n + 1, "config": {"lr": 0.1}})
            for n, value in enumerate(losses)
        ]
        write(tmp_path / trial / "result.json", "\n".join(lines) + "\n")

    with pytest.raises(doctor.HistoryError, match="'train_fn_00000', 'train_fn_00001'"):
        doctor.read(tmp_path)
    check(doctor.read_run(tmp_path, run="train_fn_00001"), "folder", {"loss": VALIDATION})


def test_of_hugging_faces_checkpoints_the_last_is_read(tmp_path: Path) -> None:
    for step in (4, 16, 12):
        rows = [{"epoch": n, "step": 4 * n, "loss": LOSS[n - 1]} for n in range(1, step // 4 + 1)]
        write(tmp_path / f"checkpoint-{step}" / "trainer_state.json", json.dumps({"log_history": rows}))

    check(doctor.read_run(tmp_path), "folder", {"loss": LOSS})


def test_trackio_writes_nan_as_a_word(tmp_path: Path) -> None:
    path = tmp_path / "project.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE configs (id INTEGER, run_name TEXT)")
        database.execute("CREATE TABLE metrics (id INTEGER PRIMARY KEY, run_name TEXT, step INTEGER, metrics TEXT)")
        for n, (loss, val) in enumerate(zip(LOSS, VALIDATION, strict=True)):
            text = json.dumps({"train/loss": "NaN" if n == 3 else loss, "val": {"loss": val}})
            database.execute("INSERT INTO metrics (run_name, step, metrics) VALUES ('fox', ?, ?)", (n, text))
    database.close()
    run = doctor.read_run(path)

    assert run.points("loss") is not None
    assert values(run, "loss")[:3] == LOSS[:3]
    assert values(run, "val_loss") == VALIDATION
    assert doctor.diagnose(run.history()).labels == ("diverged",)


def test_wandb_0_31_offline() -> None:
    def field(number: int, payload: bytes) -> bytes:
        key = number << 3 | 2
        return (bytes([key]) if key < 128 else bytes([key & 127 | 128, key >> 7])) + bytes([len(payload)]) + payload

    def item(name: str, value: float) -> bytes:
        return field(
            1, b"".join(field(2, part.encode()) for part in name.split("/")) + field(16, json.dumps(value).encode())
        )

    data = b":W&B\xe1\xbe\x00"
    for n in range(4):
        record = field(2, item("_step", n) + item("train/loss", LOSS[n]) + item("val/loss", VALIDATION[n]))
        data += struct.pack("<IHB", 0, len(record), 1) + record

    check(doctor.read_run(data), "wandb", {"loss": LOSS, "val_loss": VALIDATION})
