"""Shapes of JSON and of tables that people's own programs, pandas, Excel and MATLAB write."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

import doctor
from tests.doctor.test_console_shapes import ACCURACY, EPOCHS, LOSS, OF, VAL_ACCURACY, VALIDATION, printed
from tests.doctor.test_joining import values

ROWS = [
    {"epoch": n, "train_loss": loss, "val_loss": validation, "acc": accuracy, "val_acc": measured}
    for n, loss, validation, accuracy, measured in zip(EPOCHS, LOSS, VALIDATION, ACCURACY, VAL_ACCURACY, strict=True)
]
COLUMNS: dict[str, list[Any]] = {name: [row[name] for row in ROWS] for name in ROWS[0]}
NESTED = [
    {"epoch": n, "train": {"loss": loss, "acc": accuracy}, "val": {"loss": validation, "acc": measured}}
    for n, loss, validation, accuracy, measured in zip(EPOCHS, LOSS, VALIDATION, ACCURACY, VAL_ACCURACY, strict=True)
]
JSON: dict[str, Any] = {
    "a number of epochs beside lists": {"epochs": list(EPOCHS), **COLUMNS},
    "an object by epoch": {str(row["epoch"]): row for row in ROWS},
    "an object by a name of the epoch": {f"epoch_{n}": dict(list(row.items())[1:]) for n, row in enumerate(ROWS, 1)},
    "rows with a set in each": NESTED,
    "an object by epoch with a set in each": {f"epoch {row['epoch']}": row for row in NESTED},
    "rows with their metrics inside": [{"epoch": row["epoch"], "metrics": row} for row in ROWS],
    "quantities with a set in each": {
        "loss": {"train": LOSS, "val": VALIDATION},
        "acc": {"train": ACCURACY, "val": VAL_ACCURACY},
    },
    "results beside settings": {"config": {"lr": 0.1, "epochs": 5}, "results": ROWS, "best_epoch": 3},
    "a history under a name of its own": {"model": "cnn", "train_history": COLUMNS},
    "a history two floors down": {"run": {"meta": {"seed": 1}, "history": COLUMNS}},
    "pandas, split": {
        "columns": list(COLUMNS),
        "index": list(range(5)),
        "data": [list(row.values()) for row in ROWS],
    },
    "pandas, by index": {str(place): row for place, row in enumerate(ROWS)},
    "pandas, by column": {name: dict(enumerate(cells)) for name, cells in COLUMNS.items()},
    "pandas, table": {"schema": {"fields": []}, "data": [{"index": n, **row} for n, row in enumerate(ROWS)]},
    "a header and rows": [list(COLUMNS), *(list(row.values()) for row in ROWS)],
}
PYTHON = {
    "a name and a dictionary": f"history = {COLUMNS!r}",
    "a defaultdict": f"defaultdict(<class 'list'>, {COLUMNS!r})",
    "a list of dictionaries": repr(ROWS),
    "a list for each name": "\n".join(f"{name.replace('loss', 'losse')}s = {cells}" for name, cells in COLUMNS.items()),
    "a list behind each name": "\n".join(f"{name}: {cells}" for name, cells in COLUMNS.items()),
}


@pytest.mark.parametrize("text", [*map(json.dumps, JSON.values()), *PYTHON.values()], ids=[*JSON, *PYTHON])
def test_a_history_is_read_in_whatever_shape_it_was_written(text: str) -> None:
    run = doctor.read_run(text.encode())

    assert {series.curve for series in run.series} == set(OF)
    for curve, expected in OF.items():
        assert values(run, curve) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ({"resnet": COLUMNS, "vgg": COLUMNS}, ("resnet", "vgg")),
        ([{"loss": LOSS, "val_loss": VALIDATION}, {"loss": LOSS, "val_loss": VALIDATION}], ("1", "2")),
    ],
)
def test_histories_of_several_trainings_are_asked_for_by_name(held: Any, names: tuple[str, ...]) -> None:
    text = json.dumps(held).encode()

    with pytest.raises(doctor.HistoryError, match=f"holds 2 runs: '{names[0]}', '{names[1]}'"):
        doctor.read_run(text)
    assert values(doctor.read_run(text, run=names[1]), "val_loss") == pytest.approx(VALIDATION)


TABLES = {
    "comments above": "# my run\n#\nepoch,train_loss,val_loss\n{n},{l},{v}\n",
    "a title above": "Results of run 3\n\nEpoch;Train Loss;Val Loss\n{n};{l};{v}\n",
    "Excel's separator": "sep=;\nEpoch;Train Loss;Val Loss\n{n};{l};{v}\n",
    "numpy.savetxt": "# epoch loss val_loss\n{n} {l} {v}\n",
    "German": "Epoche;Trainingsverlust;Validierungsverlust;Gerät\n{n};{l};{v};ü\n",
    "sets without a name": "epoch,train,val\n{n},{l},{v}\n",
    "Markdown": "| Epoch | Train Loss | Val Loss |\n|:---:|---:|---:|\n| {n}/5 | {l} | {v} |\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_is_read_below_what_stands_above_it(table: str, encoding: str) -> None:
    header, row = table[: table.index("{n}")], table[table.index("{n}") :]
    row = row if row[0] == "{" and "|" not in table else "| " + row
    text = header.removesuffix("| ") + printed(row)
    run = doctor.read_run(text.encode(encoding))

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


def test_columns_that_only_name_their_set_and_rise_may_be_accuracies() -> None:
    with pytest.raises(doctor.HistoryError, match="may be losses or accuracies"):
        doctor.read_run(("epoch,train,val\n" + printed("{n},{a},{w}\n")).encode())


MATLAB = """|=====================================================================================|
|  Epoch  |  Iteration  |  Time Elapsed  |  Mini-batch  |  Validation  |  Mini-batch  |  Validation  |
|         |             |   (hh:mm:ss)   |   Accuracy   |   Accuracy   |     Loss     |     Loss     |
|=====================================================================================|
"""
TRAINNET = """    Iteration    Epoch    TimeElapsed    LearnRate    TrainingLoss    ValidationLoss
    _________    _____    ___________    _________    ____________    ______________
"""


def test_what_matlab_prints_is_read() -> None:
    old = printed(
        "|       {n} |          {n}0 |       00:00:01 |       {pa}% |       {pv}% |       {l} |       {v} |\n"
    )
    new = printed(
        "        {m}5        {n}       00:00:01         0.01    {l:>12}                  \n"
        "        {n}0        {n}       00:00:01         0.01    {l:>12}    {v:>14}\n"
    )

    run = doctor.read_run((MATLAB + old).encode())
    assert [values(run, curve) for curve in OF] == [pytest.approx(held, abs=6e-4) for held in OF.values()]
    run = doctor.read_run((TRAINNET + new).encode())
    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


def test_matlabs_info_as_json_counts_iterations() -> None:
    each = [[loss, loss] for loss in LOSS]
    info = {
        "TrainingLoss": [value for pair in each for value in pair],
        "ValidationLoss": [value for measured in VALIDATION for value in (None, measured)],
        "BaseLearnRate": [0.01] * 10,
    }
    run = doctor.read_run(json.dumps(info).encode())

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/workbook.xml", "is an Excel workbook, and is not read. Save the sheet as CSV"),
        ("archive/data.pkl", "is a file of torch.save.*json.dump"),
        ("loss.npy", "is an archive of numpy, and is not read. Write JSON"),
        ("notes.txt", "is a zip archive"),
    ],
)
def test_an_archive_is_called_what_it_is(name: str, words: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, b"")

    with pytest.raises(doctor.HistoryError, match=words):
        doctor.read_run(held.getvalue())


def test_numpys_own_archive_is_called_so() -> None:
    held = io.BytesIO()
    np.savez(held, loss=np.array(LOSS))

    with pytest.raises(doctor.HistoryError, match="is an archive of numpy"):
        doctor.read_run(held.getvalue())


@pytest.mark.parametrize("count", [10, 5_000])
def test_json_in_one_line_is_json_however_long_it_is(count: int) -> None:
    text = json.dumps([{"epoch": n, "loss": 1 / (1 + n)} for n in range(count)])

    assert doctor.read_run(text.encode()).reading.format == "json"
