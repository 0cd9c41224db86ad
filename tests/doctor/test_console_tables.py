"""Tables as terminals and notebooks draw them, rebuilt by hand with own numbers."""

from __future__ import annotations

import io
import json

import pytest

import doctor
from tests.doctor.test_console_shapes import LOSSES_AND_VALIDATIONS, OF, printed
from tests.doctor.test_joining import values

TABLES = {
    "rich": (
        "┃ Epoch ┃ Train Loss ┃ Val Loss ┃ Val Acc ┃\n┡━━━━━━━╇━━━━╇━━━━━━━━━┩\n",
        "│ {n:>5} │ {l}     │ {v}   │ {w}  │\n",
    ),
    "tabulate": (
        "+---+---+\n| epoch | loss | val_loss | val_acc |\n+=====+=====+\n",
        "| {n} | {l} | {v} | {w} |\n+---+---+\n",
    ),
    "Markdown of a model card": (
        "| Training Loss | Epoch | Step | Validation Loss | Accuracy |\n|:---:|:---:|:---:|:---:|:---:|\n",
        "| {l}        | {n}.0   | {s}  | {v}          | {w}   |\n",
    ),
    "pandas": ("   epoch      loss  val_loss   val_acc\n", "{m}      {n}  {l}  {v}  {w}\n"),
    "pandas without epochs": ("       loss  val_loss   val_accuracy\n", "{m}  {l}  {v}  {w}\n"),
    "Hugging Face's widget as text": (
        "[800/800 01:00, Epoch 8/8]\nStep\tTraining Loss\tValidation Loss\tAccuracy\n",
        "{s}\t{l}\t{v}\t{w}\n",
    ),
    "Chainer": (
        "epoch       main/loss   validation/main/loss  validation/main/accuracy  elapsed_time\n",
        "\x1b[J{n:<12d}{l:<12}{v:<22}{w:<26}{n}.5\n",
    ),
}


@pytest.mark.parametrize(("head", "row"), TABLES.values(), ids=TABLES)
def test_a_table_is_read_however_it_is_drawn(head: str, row: str) -> None:
    run = doctor.read_run((head + printed(row)).encode())

    for curve in LOSSES_AND_VALIDATIONS:
        assert values(run, curve) == pytest.approx(OF[curve], abs=6e-4)


NAMES = ("Epoch", "Train Loss", "Train Acc", "Val Loss", "Val Acc")
ROWS = "{n}/5 {l} {pa}% {v} {pv}%\n"


def drawn(before: str, between: str, after: str, *rules: str) -> str:
    header = before + between.join(NAMES) + after + "\n"
    rows = [before + between.join(line.split()) + after for line in printed(ROWS).splitlines()]
    return header + "".join(f"{rule}\n" for rule in rules) + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        drawn("| ", " | ", " |", "|---------+------------+-----------|"),
        drawn(" ", " | ", " ", "---------+------------+-----------"),
        drawn("│ ", " ┆ ", " │", "│ --- ┆ --- ┆ --- ┆ --- ┆ --- │", "│ str ┆ f64 ┆ str ┆ f64 ┆ str │", "╞═════╪═════╡"),
        "  Epoch  Train Loss Train Acc  Val Loss Val Acc\n"
        + "".join(f"{n}   {line}\n" for n, line in enumerate(printed(ROWS).splitlines())),
        "       Train Loss  Train Acc  Val Loss  Val Acc\nEpoch\n" + printed("{n}   {l}   {a}   {v}   {w}\n"),
        json.dumps([dict(zip(NAMES, line.split(), strict=True)) for line in printed(ROWS).splitlines()]),
    ],
    ids=["Org", "presto", "polars", "pandas", "pandas by epoch", "percent in JSON"],
)
def test_tables_are_read_however_they_are_drawn(text: str) -> None:
    run = doctor.read_run(text.encode())

    assert [values(run, curve) for curve in OF] == [pytest.approx(held, abs=6e-4) for held in OF.values()]


@pytest.mark.parametrize("style", ["HEAVY_HEAD", "SIMPLE", "MINIMAL", "MARKDOWN", "HORIZONTALS"])
def test_tables_of_rich_are_read_in_every_box(style: str) -> None:
    rich = pytest.importorskip("rich.table")
    table = rich.Table(title="Training", box=getattr(pytest.importorskip("rich.box"), style))
    for name in NAMES:
        table.add_column(name)
    for line in printed(ROWS).splitlines():
        table.add_row(*line.split())
    held = io.StringIO()
    pytest.importorskip("rich.console").Console(file=held, width=100, force_terminal=True).print(table)

    assert values(doctor.read_run(held.getvalue().encode()), "val_accuracy") == pytest.approx(
        OF["val_accuracy"], abs=6e-4
    )
