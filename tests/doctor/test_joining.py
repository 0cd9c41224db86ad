"""From columns to one run: owners, axes, restarts, units, gaps and numbers that nobody computed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest

import doctor
from tests.doctor.event_files import event_file


def read(text: str) -> doctor.Run:
    return doctor.read_run(text.encode())


def values(run: doctor.Run, curve: str) -> list[float | None]:
    """Return the points of a curve: a number, None where nothing was written, NaN where it is not finite."""
    points = run.points(curve)
    assert points is not None
    written = zip(points.values.tolist(), points.written.tolist(), strict=True)
    return [value if there else None for value, there in written]


def csv(*columns: str, rows: Sequence[tuple[object, ...]]) -> str:
    return "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n"


def test_an_empty_cell_is_absent_and_nan_is_written() -> None:
    run = read("epoch,loss,val_loss\n0,0.7,nan\n1,nan,\n2,0.5,0.6\n")

    assert values(run, "loss") == [0.7, pytest.approx(math.nan, nan_ok=True), 0.5]
    assert values(run, "val_loss")[1] is None
    assert math.isnan(values(run, "val_loss")[0] or 0)


def test_losses_that_are_nan_from_the_first_epoch_are_a_run_that_diverged() -> None:
    history, context = doctor.read(
        b"epoch,step,train_loss,val_loss\n" + b"".join(b"%d,%d,nan,nan\n" % (n, n) for n in range(8))
    )

    assert doctor.diagnose(history, context).labels == ("diverged",)


def test_epochs_without_a_logged_training_loss_are_gaps_and_not_explosions() -> None:
    rows = [(n, 8 * n + 7, 0.55 if n == 6 else "", 0.7 - 0.02 * n) for n in range(12)]
    history, context = doctor.read(csv("epoch", "step", "train_loss", "val_loss", rows=rows).encode())

    assert doctor.diagnose(history, context).labels != ("diverged",)
    assert [math.isnan(value) for value in history["loss"]] == [n != 6 for n in range(12)]


def test_null_to_the_end_of_a_training_loss_is_what_json_makes_of_nan() -> None:
    assert doctor.diagnose(doctor.read(json.dumps({"loss": [0.7, 0.6, None, None]}).encode())[0]).labels == (
        "diverged",
    )


def test_the_steps_of_an_epoch_are_averaged_and_a_nan_among_them_stays() -> None:
    run = read(csv("epoch", "step", "train_loss", rows=[(n // 2, n, "nan" if n == 5 else n) for n in range(8)]))

    assert values(run, "loss")[:2] == [0.5, 2.5]
    assert math.isnan(values(run, "loss")[2] or 0)
    assert values(run, "loss")[3] == 6.5


def test_steps_of_training_and_epochs_of_validation_are_two_axes() -> None:
    events = [(step, "train/loss", 1.0 / step) for step in range(1, 25)] + [
        (n, "val/loss", 1.0 - 0.1 * n) for n in range(6)
    ]
    run = doctor.read_run(event_file(events))

    assert values(run, "loss") == pytest.approx(
        [float(np.mean([1 / s for s in range(4 * n + 1, 4 * n + 5)])) for n in range(6)]
    )
    assert values(run, "val_loss") == pytest.approx([1.0 - 0.1 * n for n in range(6)])
    assert "4 steps are an epoch" in " ".join(run.reading.notes)


def test_an_evaluation_repeated_at_the_end_opens_no_new_epoch() -> None:
    rows = [
        row
        for n in range(1, 5)
        for row in ({"epoch": n, "step": 4 * n, "loss": 1 / n}, {"epoch": n, "step": 4 * n, "eval_loss": 2 / n})
    ]
    state = {
        "log_history": [
            *rows,
            {"epoch": 4, "step": 16, "train_runtime": 1.0, "train_loss": 0.9},
            {"epoch": 4, "step": 16, "eval_loss": 0.1},
        ]
    }
    run = read(json.dumps(state))

    assert values(run, "loss") == [1, 1 / 2, 1 / 3, 1 / 4]
    assert values(run, "val_loss") == [2, 1, 2 / 3, 1 / 2]


def test_a_resumed_run_counts_the_later_of_what_was_written_twice() -> None:
    run = read(csv("epoch", "loss", rows=[(0, 0.9), (1, 0.7), (2, 0.5), (3, 0.4), (2, 0.52), (3, 0.41), (4, 0.3)]))

    assert values(run, "loss") == [0.9, 0.7, 0.52, 0.41, 0.3]
    assert run.reading.restarts == (3,)


def test_a_second_run_in_the_same_file_is_told_apart_and_can_be_asked_for() -> None:
    text = csv("epoch", "loss", rows=[(n, 0.9 / (n + 1)) for n in range(5)] + [(n, 0.8 / (n + 1)) for n in range(5)])
    last, first = read(text), doctor.read_run(text.encode(), run="1")

    assert (last.reading.run, last.reading.runs) == ("2", ("1", "2"))
    assert values(last, "loss")[0] == 0.8
    assert values(first, "loss")[0] == 0.9
    with pytest.raises(doctor.HistoryError, match="'1', '2'"):
        doctor.read(text.encode(), run="3")


def test_a_counter_that_begins_again_while_the_loss_goes_on_is_one_run() -> None:
    losses = [0.9, 0.7, 0.5, 0.4, 0.33, 0.32, 0.3, 0.28]
    run = read(csv("epoch", "loss", rows=[(n % 4, loss) for n, loss in enumerate(losses)]))

    assert values(run, "loss") == losses
    assert run.reading.restarts == (5,)


def test_a_closing_summary_and_a_repeated_header_are_not_epochs() -> None:
    run = read("epoch,loss\n0,0.9\n1,0.8\nepoch,loss\n2,0.7\n3,0.6\nmean,0.75\n")

    assert values(run, "loss") == [0.9, 0.8, 0.7, 0.6]
    assert "'mean'" in " ".join(run.reading.notes)


def test_a_row_longer_than_the_header_is_refused_with_its_line() -> None:
    with pytest.raises(doctor.HistoryError, match="Line 4 has 4 cells, the header 2"):
        read("epoch,loss\n0,0.9\n1,0.8\n2,0.5,0.7,0.6\n3,0.5,0.6,0.5\n")


@pytest.mark.parametrize("cell", ["0.5", "nan"])
def test_a_last_line_that_was_cut_off_is_left_out(cell: str) -> None:
    assert values(read(f"epoch,loss,val_loss\n0,0.9,{cell}\n1,0.8,0.7\n2,0.7"), "loss") == [0.9, 0.8]


def test_percent_is_noticed() -> None:
    run = read("epoch,loss,acc,val_loss,val_acc\n1,0.7,50,0.6,62.5\n2,0.6,75,0.5,100\n")

    assert values(run, "accuracy") == [0.5, 0.75]
    assert values(run, "val_accuracy") == [0.625, 1.0]
    assert "percent" in " ".join(run.reading.notes)


def test_an_error_rate_is_one_minus_the_accuracy() -> None:
    assert values(read("loss,error_rate\n0.7,0.25\n0.6,0.125\n"), "accuracy") == [0.75, 0.875]


def test_an_accuracy_without_an_owner_between_two_owned_losses_is_validations() -> None:
    run = read("epoch,train_loss,valid_loss,accuracy\n0,0.7,0.6,0.5\n1,0.6,0.5,0.7\n")

    assert {used.column: used.curve for used in run.reading.used}["accuracy"] == "val_accuracy"


def test_zeros_that_were_never_measured_are_not_believed() -> None:
    run = read(csv("epoch", "loss", "val_loss", "val_accuracy", rows=[(n, 0.7 - 0.1 * n, 0.0, 0.0) for n in range(5)]))

    assert run.points("val_loss") is None
    assert run.not_measured == ("val_loss", "val_accuracy")


def test_a_loss_of_zero_beside_nan_gradients_is_not_a_loss() -> None:
    rows = [{"epoch": n, "step": n, "loss": 0.4 if n == 1 else 0.0, "grad_norm": math.nan} for n in range(1, 6)]

    assert all(map(math.isnan, read(json.dumps({"log_history": rows})).history()["loss"]))


def test_what_was_not_used_is_listed_with_its_reason() -> None:
    run = read("epoch,a_loss,b_loss,loss,val_loss,learning_rate,auc\n0,1,2,3,3,0.1,0.5\n1,1,1,2,2,0.1,0.6\n")

    assert {column.column: column.reason for column in run.reading.unused} == {
        "a_loss": "one part of the loss",
        "b_loss": "one part of the loss",
        "learning_rate": "not a loss or an accuracy that is known",
        "auc": "not a loss or an accuracy that is known",
    }
    assert "sum" in " ".join(run.reading.notes)


def test_a_validation_set_that_is_one_of_several_is_named() -> None:
    run = read(
        '{"loss": 0.7, "eval_matched_loss": 0.6, "eval_other_loss": 0.9, "epoch": 1}\n' * 1
        + '{"loss": 0.6, "eval_matched_loss": 0.5, "eval_other_loss": 0.8, "epoch": 2}\n'
    )

    assert values(run, "val_loss") == [0.6, 0.5]
    assert "'matched'" in " ".join(run.reading.notes)
    assert "eval_other_loss" in {column.column for column in run.reading.unused}


def test_validation_every_second_epoch_of_a_keras_history_stands_at_its_epochs() -> None:
    run = read(json.dumps({"loss": [6, 5, 4, 3, 2, 1], "val_loss": [5.5, 3.5, 1.5]}))

    assert values(run, "val_loss") == [None, 5.5, None, 3.5, None, 1.5]


def test_a_training_loss_that_was_never_logged_is_not_a_matter_of_names() -> None:
    with pytest.raises(doctor.HistoryError, match=r"never logged.*log_every_n_steps"):
        read("epoch,step,val_loss\n0,3,0.6\n1,7,0.5\n")


def test_the_diagnosis_says_what_was_read_as_what() -> None:
    history, _ = doctor.read(b"epoch,train_loss,valid_loss,accuracy,time\n0,0.7,0.6,0.5,00:01\n1,0.6,0.5,0.7,00:01\n")
    reading = doctor.diagnose(history).to_json()["reading"]

    assert reading["format"] == "fastai"
    assert [(used["column"], used["curve"]) for used in reading["used"]] == [
        ("train_loss", "loss"),
        ("valid_loss", "val_loss"),
        ("accuracy", "val_accuracy"),
    ]
    assert [column["column"] for column in reading["unused"]] == ["time"]


def test_a_history_that_was_changed_after_reading_is_judged_as_it_is() -> None:
    history, _ = doctor.read(b"loss,val_loss\n0.7,nan\n0.6,nan\n0.5,nan\n")
    history["val_loss"] = [0.7, 0.6, 0.5]

    assert doctor.diagnose(history).labels != ("diverged",)


def test_lines_with_an_object_for_each_owner_are_read() -> None:
    run = read(
        "".join(json.dumps({"epoch": n, "train": {"loss": 1 / n}, "val": {"loss": 2 / n}}) + "\n" for n in (1, 2))
    )

    assert values(run, "loss") == [1, 0.5]
    assert values(run, "val_loss") == [2, 1]


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(doctor.HistoryError, match="'loss' more than once"):
        read("epoch,loss,loss\n0,0.7,0.8\n1,0.6,0.7\n")
