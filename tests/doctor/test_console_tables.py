"""Tables as terminals and notebooks draw them, rebuilt by hand with own numbers."""

from __future__ import annotations

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
