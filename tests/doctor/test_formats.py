"""Logs of libraries that are not installed here, rebuilt by hand in the layout of the version that each test names."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

import doctor
from tests.doctor.test_joining import values

LOSS, VALIDATION = [0.7, 0.5, 0.4, 0.35], [0.72, 0.6, 0.5, 0.45]
ACCURACY, VALIDATION_ACCURACY = [0.5, 0.75, 0.875, 1.0], [0.5, 0.625, 0.75, 0.875]
EVERY = {"loss": LOSS, "accuracy": ACCURACY, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def check(run: doctor.Run, format: str, expected: dict[str, list[float]] = EVERY) -> None:
    assert run.reading.format == format
    assert {series.curve: values(run, series.curve) for series in run.series} == {
        curve: pytest.approx(held) for curve, held in expected.items()
    }


def test_xgboost_3_2_native_names_its_sets() -> None:
    errors = [[1 - value for value in held] for held in (ACCURACY, VALIDATION_ACCURACY)]
    results = {"train": {"logloss": LOSS, "error": errors[0]}, "eval": {"logloss": VALIDATION, "error": errors[1]}}

    check(doctor.read_run(json.dumps(results).encode()), "boosting")


def test_xgboost_through_scikit_learn_names_its_sets_by_number_and_the_first_is_training() -> None:
    run = doctor.read_run(
        json.dumps({"validation_0": {"logloss": LOSS}, "validation_1": {"logloss": VALIDATION}}).encode()
    )

    check(run, "boosting", {"loss": LOSS, "val_loss": VALIDATION})
    assert "'validation_0' was taken for training" in " ".join(run.reading.notes)


def test_a_boosted_model_that_was_evaluated_on_one_set_only_says_what_to_pass() -> None:
    with pytest.raises(doctor.HistoryError, match="eval_set"):
        doctor.read(json.dumps({"valid_0": {"binary_logloss": LOSS}}).encode())


def test_lightgbm_4_6_regression_minimises_what_it_calls_l2() -> None:
    results = {"training": {"l2": LOSS}, "valid_1": {"l2": VALIDATION}}

    check(doctor.read_run(json.dumps(results).encode()), "boosting", {"loss": LOSS, "val_loss": VALIDATION})


@pytest.mark.parametrize("place", ["", "catboost_info", "catboost_info/catboost_training.json"])
def test_catboost_1_2(tmp_path: Path, place: str) -> None:
    meta = {
        "test_sets": ["test"],
        "test_metrics": [{"best_value": "Min", "name": "Logloss"}, {"best_value": "Max", "name": "Accuracy"}],
        "learn_metrics": [{"best_value": "Min", "name": "Logloss"}, {"best_value": "Max", "name": "Accuracy"}],
        "learn_sets": ["learn"],
    }
    rows = [
        {"learn": [LOSS[n], ACCURACY[n]], "iteration": n, "test": [VALIDATION[n], VALIDATION_ACCURACY[n]]}
        for n in range(4)
    ]
    write(tmp_path / "catboost_info" / "catboost_training.json", json.dumps({"meta": meta, "iterations": rows}))
    table = write(tmp_path / "catboost_info" / "test_error.tsv", "iter\tLogloss\n0\t0.7\n1\t0.5\n")

    check(doctor.read_run(tmp_path / place), "catboost")
    with pytest.raises(doctor.HistoryError, match="give the folder catboost_info"):
        doctor.read(table)


def test_clearml_2_1_offline(tmp_path: Path) -> None:
    names = {
        "loss": ("loss", "train"),
        "accuracy": ("acc", "train"),
        "val_loss": ("loss", "val"),
        "val_accuracy": ("acc", "val"),
    }
    lines = [
        [
            {
                "timestamp": 1,
                "type": "training_stats_scalar",
                "iter": n,
                "metric": metric,
                "variant": variant,
                "value": EVERY[curve][n],
            }
            for curve, (metric, variant) in names.items()
        ]
        for n in range(4)
    ]
    write(tmp_path / "metrics.jsonl", "\n".join(map(json.dumps, lines)))

    check(doctor.read_run(tmp_path), "clearml")
    check(doctor.read_run(tmp_path / "metrics.jsonl"), "clearml")


def test_clearml_2_1_reports_zero_for_nan() -> None:
    reports = [
        [{"iter": n, "metric": "loss", "variant": "train", "value": value}]
        for n, value in enumerate([0.7, 0.5, 0.0, 0.0])
    ]
    history, _ = doctor.read("\n".join(map(json.dumps, reports)).encode())

    assert doctor.diagnose(history).labels == ("diverged",)


def test_dvclive_3_49(tmp_path: Path) -> None:
    names = {"loss": "train/loss", "accuracy": "train/acc", "val_loss": "val/loss", "val_accuracy": "val/acc"}
    for curve, name in names.items():
        text = f"step\t{name.split('/')[1]}\n" + "".join(f"{n}\t{value}\n" for n, value in enumerate(EVERY[curve]))
        write(tmp_path / "dvclive" / "plots" / "metrics" / f"{name}.tsv", text)
    write(tmp_path / "dvclive" / "metrics.json", json.dumps({"train": {"loss": 0.35}, "step": 3}))

    check(doctor.read_run(tmp_path / "dvclive"), "dvclive")
    for part in ("metrics.json", "plots/metrics/val/loss.tsv"):
        with pytest.raises(doctor.HistoryError, match=r"give the whole folder: .*dvclive"):
            doctor.read(tmp_path / "dvclive" / part)


def test_mlflow_3_file_store_with_two_runs(tmp_path: Path) -> None:
    names = {"loss": "train_loss", "accuracy": "train_acc", "val_loss": "val_loss", "val_accuracy": "val_acc"}
    for run in ("0a", "0b"):
        for curve, name in names.items():
            lines = "".join(f"{1795857300000 + n} {value} {n}\n" for n, value in enumerate(EVERY[curve]))
            write(tmp_path / "mlruns" / "1" / run / "metrics" / name, lines)

    check(doctor.read_run(tmp_path / "mlruns" / "1" / "0a"), "mlflow")
    check(doctor.read_run(tmp_path / "mlruns", run="1/0b"), "mlflow")
    with pytest.raises(doctor.HistoryError, match="'1/0a', '1/0b'"):
        doctor.read(tmp_path / "mlruns")
    with pytest.raises(doctor.HistoryError, match="one metric of an MLflow run"):
        doctor.read(tmp_path / "mlruns" / "1" / "0a" / "metrics" / "val_loss")


@pytest.mark.parametrize("as_bytes", [False, True])
def test_mlflow_3_database_marks_nan_in_a_column_of_its_own(tmp_path: Path, as_bytes: bool) -> None:
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE runs (run_uuid TEXT, name TEXT)")
        database.execute(
            "CREATE TABLE metrics (key TEXT, value REAL, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN)"
        )
        database.execute("INSERT INTO runs VALUES ('abc', 'bold-fox-1')")
        rows = [("train_loss", value, n, "abc", n, 0) for n, value in enumerate(LOSS)]
        rows += [("val_loss", 0.0, n, "abc", n, 1) for n in range(4)]
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.close()
    history, _ = doctor.read(path.read_bytes() if as_bytes else path)

    assert history["loss"] == LOSS
    assert doctor.diagnose(history).labels == ("diverged",)


@pytest.mark.parametrize("place", ["1", "1/metrics.json"])
def test_sacred_0_8(tmp_path: Path, place: str) -> None:
    names = {"loss": "training.loss", "accuracy": "training.acc", "val_loss": "val.loss", "val_accuracy": "val.acc"}
    metrics = {
        name: {"steps": list(range(4)), "timestamps": [""] * 4, "values": EVERY[curve]} for curve, name in names.items()
    }
    write(tmp_path / "1" / "metrics.json", json.dumps(metrics))

    check(doctor.read_run(tmp_path / place), "sacred")


def test_spacy_3_8_sums_its_loss_and_scores_the_development_set() -> None:
    rows = [
        {"epoch": n, "step": 4 * n, "losses": {"textcat": LOSS[n]}, "scores": {"cats_score": 100 * s}, "score": s}
        for n, s in enumerate(VALIDATION_ACCURACY)
    ]
    run = doctor.read_run("\n".join(map(json.dumps, rows)).encode())

    assert run.reading.format == "spacy"
    assert values(run, "loss") == [None, *LOSS[1:]]  # spaCy evaluates at step 0, after one batch and not four
    assert values(run, "val_accuracy") == VALIDATION_ACCURACY
    assert "sum over the batches" in " ".join(run.reading.notes)


def test_the_one_batch_before_spacys_first_evaluation_is_no_low_from_which_the_loss_explodes() -> None:
    losses = [0.25, *(1.0 - 0.04 * n for n in range(11))]
    rows = [{"epoch": n, "step": 4 * n, "losses": {"a": loss}, "score": 0.9} for n, loss in enumerate(losses)]
    diagnosis = doctor.diagnose(*doctor.read("\n".join(map(json.dumps, rows)).encode()))

    assert "diverged" not in diagnosis.labels


def test_fastai_2_8_computes_metrics_on_the_validation_set_only() -> None:
    rows = "".join(f"{n},{LOSS[n]},{VALIDATION[n]},{VALIDATION_ACCURACY[n]},00:01\n" for n in range(4))
    run = doctor.read_run(f"epoch,train_loss,valid_loss,accuracy,time\n{rows}".encode())

    check(run, "fastai", {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY})
