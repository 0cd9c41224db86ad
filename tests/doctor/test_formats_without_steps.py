"""Values that were logged without a step, curves that TensorBoard exports one by one, and runs that are asked for."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

import doctor
from tests.doctor.event_files import event_file
from tests.doctor.test_formats import ACCURACY, LOSS, VALIDATION, VALIDATION_ACCURACY, check, write
from tests.doctor.test_joining import values

NOTE = "in the order in which they were written"


def test_mlflow_3_17_puts_every_value_without_a_step_at_step_0(tmp_path: Path) -> None:
    for name, held in (("train_loss", LOSS), ("val_loss", VALIDATION)):
        lines = "".join(f"{1795857300000 + n} {value} 0\n" for n, value in enumerate(held))
        write(tmp_path / "run" / "metrics" / name, lines)

    run = doctor.read_run(tmp_path / "run")

    check(run, "mlflow", {"loss": LOSS, "val_loss": VALIDATION})
    assert NOTE in " ".join(run.reading.notes)


def test_tensorboard_without_a_step_too() -> None:
    events = [(0, name, held[n]) for n in range(4) for name, held in (("Loss/train", LOSS), ("Loss/val", VALIDATION))]

    run = doctor.read_run(event_file(events))

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)
    assert NOTE in " ".join(run.reading.notes)


def test_one_evaluation_at_one_step_is_none_of_this() -> None:
    run = doctor.read_run(event_file([*((n, "train/loss", LOSS[n]) for n in range(4)), (3, "eval/loss", 0.4)]))

    assert NOTE not in " ".join(run.reading.notes)
    assert run.axis.tolist() == [0, 1, 2, 3]


def exported(held: list[float], form: str) -> str:
    rows = [[1795857300.5 + n, n, value] for n, value in enumerate(held)]
    if form == "json":
        return json.dumps(rows)
    return "\n".join(["Wall time,Step,Value", *(",".join(map(str, row)) for row in rows)])


@pytest.mark.parametrize("form", ["csv", "json"])
def test_tensorboards_page_writes_a_curves_name_into_the_files_name_only(tmp_path: Path, form: str) -> None:
    names = {"run-train-tag-epoch_loss": LOSS, "run-validation-tag-epoch_loss": VALIDATION}
    for name, held in (names | {"run-.-tag-val_accuracy": VALIDATION_ACCURACY}).items():
        write(tmp_path / "all" / f"{name}.{form}", exported(held, form))
    alone = write(tmp_path / f"validation.{form}", exported(VALIDATION, form))

    expected = {"loss": LOSS, "val_loss": VALIDATION, "val_accuracy": VALIDATION_ACCURACY}
    check(doctor.read_run(tmp_path / "all"), "exported", expected)
    check(doctor.read_run(tmp_path / "all" / f"run-train-tag-epoch_loss.{form}"), "exported", {"loss": LOSS})
    for other in (alone, tmp_path / "all" / f"run-validation-tag-epoch_loss.{form}"):
        with pytest.raises(doctor.HistoryError, match="one curve that TensorBoard exported"):
            doctor.read(other)


def test_tensorboardx_2_6_writes_all_scalars_as_json_under_the_names_of_their_folders() -> None:
    held = {
        f"runs/a/loss/{name}": json.loads(exported(values, "json"))
        for name, values in (("train", LOSS), ("val", VALIDATION))
    }

    check(doctor.read_run(json.dumps(held).encode()), "exported", {"loss": LOSS, "val_loss": VALIDATION})


def test_tensorboardx_2_6_writes_each_series_of_add_scalars_into_a_folder_below_its_tag(tmp_path: Path) -> None:
    held = {"loss/train": LOSS, "loss/val": VALIDATION, "acc/train": ACCURACY, "acc/val": VALIDATION_ACCURACY}
    for place, numbers in held.items():
        folder = tmp_path / "run" / place
        folder.mkdir(parents=True)
        events = [(n, place.split("/")[0], value) for n, value in enumerate(numbers)]
        (folder / "events.out.tfevents.1.host").write_bytes(event_file(events))

    check(doctor.read_run(tmp_path / "run"), "tensorboard")
    check(doctor.read_run(tmp_path), "tensorboard")


def trackio(path: Path, *runs: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE configs (id INTEGER, run_name TEXT)")
        database.execute("CREATE TABLE metrics (id INTEGER PRIMARY KEY, run_name TEXT, step INTEGER, metrics TEXT)")
        rows = [(run, n, json.dumps({"loss": LOSS[n]})) for run in runs for n in range(4)]
        database.executemany("INSERT INTO metrics (run_name, step, metrics) VALUES (?, ?, ?)", rows)
    database.close()


def test_trackios_folder_holds_a_database_for_each_project(tmp_path: Path) -> None:
    trackio(tmp_path / "one.db", "fox")
    check(doctor.read_run(tmp_path), "trackio", {"loss": LOSS})
    trackio(tmp_path / "two.db", "hen", "henry")

    with pytest.raises(doctor.HistoryError, match="'one/fox', 'two/hen', 'two/henry'"):
        doctor.read(tmp_path)


def test_a_run_is_found_by_the_beginning_of_its_name_if_no_other_begins_so(tmp_path: Path) -> None:
    trackio(tmp_path / "p.db", "fox (0a1b)", "hen", "henry (2c)", "henry (3d)")

    for asked, expected in (("fox", "fox (0a1b)"), ("hen", "hen"), ("henry (3", "henry (3d)")):
        assert doctor.read_run(tmp_path / "p.db", run=asked).reading.run == expected
    with pytest.raises(doctor.HistoryError, match="holds no run 'henr'"):
        doctor.read(tmp_path / "p.db", run="henr")
