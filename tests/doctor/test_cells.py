"""Cells and tables as people keep them: percent signs, separators, newest first, tables in notebooks."""

from __future__ import annotations

import json

import pytest

import doctor
from tests.doctor.test_joining import values

LOSS, ACCURACY = [0.9, 0.52, 0.4, 0.35], [0.55, 0.6, 0.625, 0.009]


def table(delimiter: str, rows: list[list[str]]) -> bytes:
    return "\n".join(delimiter.join(row) for row in [["epoch", "loss", "accuracy"], *rows]).encode()


@pytest.mark.parametrize(
    ("delimiter", "cells"),
    [
        (",", [["0.9", "55.0%"], ["0.52", "60%"], ["0.4", "62.5 %"], ["0.35", "0.9%"]]),
        (";", [["0,9", "55,0%"], ["0,52", "60%"], ["0,4", "62,5%"], ["0,35", "0,9%"]]),
        (",", [['"0,9"', "0.55"], ['"0,52"', "0.6"], ['"0,4"', "0.625"], ['"0,35"', "0.009"]]),
        ("\t", [["0,900", "0,550"], ["0,520", "0,600"], ["0,400", "0,625"], ["0,350", "0,009"]]),
    ],
)
def test_percent_signs_and_decimal_commas_are_read(delimiter: str, cells: list[list[str]]) -> None:
    run = doctor.read_run(table(delimiter, [[str(n), *row] for n, row in enumerate(cells)]))

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "accuracy") == pytest.approx(ACCURACY)
    assert run.reading.notes


@pytest.mark.parametrize(
    ("delimiter", "cells"),
    [
        (",", ['"11,000.50"', '"7,703.25"', "910.5"]),
        (";", ["11.000,50", "7.703,25", "910,5"]),
        (";", ["11 000,50", "7'703,25", "910,5"]),
    ],
)
def test_separators_between_thousands_are_taken_out(delimiter: str, cells: list[str]) -> None:
    run = doctor.read_run(table(delimiter, [[str(n), cell, "1"] for n, cell in enumerate(cells)]))

    assert values(run, "loss") == [11000.5, 7703.25, 910.5]


@pytest.mark.parametrize(
    ("cells", "words"),
    [(['"2,345"', '"1,234"'], "decimal point or stands between thousands"), (["55%", "0.6"], "percent signs, but not")],
)
def test_signs_that_could_mean_two_things_are_refused(cells: list[str], words: str) -> None:
    with pytest.raises(doctor.HistoryError, match=words):
        doctor.read(table(",", [[str(n), cell, "1"] for n, cell in enumerate(cells)]))


def test_a_log_that_is_written_newest_first_is_turned_round() -> None:
    run = doctor.read_run(table(",", [[str(n), str(LOSS[n]), str(ACCURACY[n])] for n in reversed(range(4))]))

    assert values(run, "loss") == LOSS
    assert "newest first" in " ".join(run.reading.notes)


def test_the_best_so_far_is_neither_validation_nor_a_part_of_the_loss() -> None:
    text = "epoch,best_val_loss,train_loss\n" + "".join(f"{n},0.3,{loss}\n" for n, loss in enumerate(LOSS))
    run = doctor.read_run(text.encode())

    assert {series.curve for series in run.series} == {"loss"}
    assert not run.reading.notes
    assert run.reading.unused[0].reason.startswith("the best one so far")


def notebook(*htmls: str) -> bytes:
    cells = [{"outputs": [{"output_type": "display_data", "data": {"text/html": [html]}}]} for html in htmls]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def drawn(names: list[str], rows: list[list[object]]) -> str:
    lines = [names, *[[str(cell) for cell in row] for row in rows]]
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
        + "</table>"
    )


def test_a_data_frame_that_is_drawn_in_a_notebook_is_read() -> None:
    rows: list[list[object]] = [[n, loss, n / 10] for n, loss in enumerate(LOSS)]
    run = doctor.read_run(notebook(drawn(["", "loss", "val_accuracy"], rows)))

    assert values(run, "loss") == LOSS
    assert values(run, "val_accuracy") == [0.0, 0.1, 0.2, 0.3]


def test_a_table_of_models_is_no_training() -> None:
    with pytest.raises(doctor.HistoryError, match="None of the notebook"):
        doctor.read(notebook(drawn(["Model", "Loss", "Accuracy"], [["A", 0.3, 0.9], ["B", 0.2, 0.95]])))


def test_the_head_that_fastais_fine_tune_trains_first_is_a_run_of_its_own() -> None:
    names = ["epoch", "train_loss", "valid_loss"]
    rows: list[list[object]] = [[n, loss, loss] for n, loss in enumerate(LOSS)]
    run = doctor.read_run(notebook(drawn(names, [[0, 5.0, 5.0]]) + drawn(names, rows)))

    assert values(run, "loss") == LOSS
    assert run.reading.runs == ("1", "2")


@pytest.mark.parametrize(
    "line",
    [
        {"level": "info", "msg": "epoch {n}/4 train_loss={l} val_loss={l}"},
        {
            "text": "x",
            "record": {"extra": {"epoch": "{n}", "train_loss": "{l}", "val_loss": "{l}"}, "level": {"no": 20}},
        },
        {"event": "done", "metrics": {"epoch": "{n}", "train": {"loss": "{l}"}, "val": {"loss": "{l}"}}},
    ],
)
def test_lines_of_structured_loggers_are_read(line: dict[str, object]) -> None:
    form = json.dumps(line)
    text = "".join(form.replace("{n}", str(n)).replace("{l}", str(loss)) + "\n" for n, loss in enumerate(LOSS, 1))
    run = doctor.read_run(('{"event": "start", "epoch": 1}\n' + text).encode())

    assert values(run, "loss") == values(run, "val_loss") == LOSS
