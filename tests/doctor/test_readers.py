from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import doctor
from doctor.columns import match, normalise
from doctor.readers import READERS, base, records, text

DATA = Path(__file__).parent / "data"


def test_lightning_rows_of_one_epoch_are_gathered() -> None:
    history, _ = doctor.read(DATA / "lightning_metrics.csv")

    assert history == {
        "loss": [0.6740, 0.5933, 0.5030],
        "accuracy": [0.5625, 0.6875, 0.7812],
        "val_loss": [0.6702, 0.5905, 0.5011],
        "val_accuracy": [0.55, 0.70, 0.75],
    }


def test_lightning_losses_logged_by_step_only_are_averaged() -> None:
    text = "epoch,step,train_loss,val_loss\n0,9,0.8,\n0,19,0.6,\n0,19,,0.65\n1,29,0.5,\n1,39,0.3,\n1,39,,0.45\n"

    history, _ = doctor.read(text.encode())

    assert history == {"loss": pytest.approx([0.7, 0.4]), "val_loss": [0.65, 0.45]}


def test_trainer_state_rounds_end_with_an_evaluation_and_the_summary_is_no_round() -> None:
    history, context = doctor.read(DATA / "trainer_state.json")

    assert history == {
        "loss": pytest.approx([0.69, 0.58, 0.48]),
        "val_loss": [0.66, 0.57, 0.51],
        "val_accuracy": [0.6, 0.75, 0.8],
    }
    assert (context.batch_size, context.learning_rate) == (8, 5e-05)


LOSSES = [0.7, 0.5, 0.4]
VALIDATION = [0.71, 0.6, 0.55]
ROWS = [{"loss": a, "val_loss": b} for a, b in zip(LOSSES, VALIDATION, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"loss": LOSSES, "val_loss": VALIDATION}),
        json.dumps({"history": {"loss": LOSSES, "val_loss": VALIDATION}}),
        json.dumps({"loss": dict(enumerate(LOSSES)), "val_loss": dict(enumerate(VALIDATION))}),
        json.dumps(ROWS),
        json.dumps({"epochs": ROWS}),
        "\n".join(map(json.dumps, ROWS)),
        "epoch,loss,val_loss\n0,0.7,0.71\n1,0.5,0.6\n2,0.4,0.55\n",
        "Train Loss;Valid Loss\r\n0,7;0,71\r\n0,5;0,6\r\n0,4;0,55\r\n",
        "training_loss\teval_loss\n0.7\t0.71\n0.5\t0.6\n0.4\t0.55",
        "\ufeffloss,val_loss\n0.7,0.71\n0.5,0.6\n0.4,0.55\n,\n",
    ],
)
def test_the_same_history_in_many_forms(text: str) -> None:
    history, _ = doctor.read(text.encode())

    assert history == {"loss": LOSSES, "val_loss": VALIDATION}


def test_a_run_with_its_context_in_one_object() -> None:
    run = {"id": "a", "epochs": ROWS, "context": {"n_train": 35, "n_val": 10, "comment": "ignored"}}

    _, context = doctor.read(json.dumps(run).encode())

    assert (context.n_train, context.n_val) == (35, 10)


@pytest.mark.parametrize("blank", ["", "NA", "nan", "NaN", "None"])
def test_blanks_are_missing_values(blank: str) -> None:
    history, _ = doctor.read(f"loss,val_loss\n0.7,{blank}\n0.6,0.5\n".encode())

    assert math.isnan(history["val_loss"][0])
    assert history["val_loss"][1] == 0.5


@pytest.mark.parametrize(
    ("column", "curve"),
    [
        ("loss", "loss"),
        ("Train/Loss", "loss"),
        ("train_loss_epoch", "loss"),
        ("epoch_loss", "loss"),
        ("Loss/train", "loss"),
        ("training loss", "loss"),
        ("acc", "accuracy"),
        ("binary_accuracy", "accuracy"),
        ("val_loss", "val_loss"),
        ("eval_loss", "val_loss"),
        ("loss/validation", "val_loss"),
        ("Validation Accuracy", "val_accuracy"),
        ("evaluation_loss", "val_loss"),
        ("val_acc", "val_accuracy"),
    ],
)
def test_common_names_are_understood(column: str, curve: str) -> None:
    assert match(["loss", column])[curve] in (column, "loss")
    assert normalise(column) in doctor.columns.ALIASES


@pytest.mark.parametrize(
    "text", ["epoch,mse,height\n1,2,3\n", '{"mse": [2], "height": [3]}', '{"mse": 2}\n{"height": 3}']
)
def test_unknown_columns_are_listed_beside_what_is_expected(text: str) -> None:
    with pytest.raises(doctor.HistoryError) as error:
        doctor.read(text.encode())

    assert all(word in str(error.value) for word in ("mse", "height", "'loss'", "val_loss"))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"{", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"[]", "no history"),
        (b'{"loss": "high"}', "loss"),
        (b"loss\nlow\n", "'low'"),
        (b"loss\n\xff\xfe", "text"),
        (b'{"log_history": 3}', "log_history"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "TensorBoard"),
        (b"loss\n" + b"1\n" * 20, None),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, word: str | None) -> None:
    if word is None:
        assert len(doctor.read(data)[0]["loss"]) == 20
        return
    with pytest.raises(doctor.HistoryError, match=word):
        doctor.read(data)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(base, "MOST_ROWS", 3)
    with pytest.raises(doctor.HistoryError, match="more than 3 rows"):
        doctor.read(b"loss\n1\n2\n3\n4\n")
    monkeypatch.setattr(text, "LARGEST_TEXT", 10)
    with pytest.raises(doctor.HistoryError, match="at most 10"):
        doctor.read(b"loss\n1\n2\n3\n4\n")


@pytest.mark.parametrize("path", ["missing.csv", "with\0null", "."])
def test_a_path_that_cannot_be_opened_is_an_error_of_ours(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(doctor.HistoryError):
        doctor.read(path)


def test_a_format_can_be_named() -> None:
    assert doctor.read(b'{"loss": [1]}', format="jsonl")[0] == {"loss": [1.0]}
    with pytest.raises(doctor.HistoryError, match=r"csv, *$|csv\."):
        doctor.read(b"loss\n1\n", format="parquet")


def test_format_names_differ() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


def test_the_checksum_is_castagnolis() -> None:
    # RFC 3720, B.4: 32 bytes of zeros have the CRC32C 0x8a9136aa; TFRecord rotates and offsets it.
    crc = 0x8A9136AA
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

    assert records.masked_crc32c(bytes(32)) == masked
