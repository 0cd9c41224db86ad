"""Whose a value is: in the words that people use, in columns that part the rows, and refused where nothing says it."""

import json

import pytest

import doctor

LOSS = [0.71, 0.55, 0.43, 0.36]
VALIDATION = [0.73, 0.61, 0.54, 0.5]


def _curves(text: str) -> dict[str, list[float]]:
    return dict(doctor.read_run(text.encode()).history())


@pytest.mark.parametrize(
    ("training", "validation"),
    [
        ("tr_loss", "va_loss"),
        ("trloss", "valiloss"),
        ("train_loss", "validate_loss"),
        ("trainloss", "devloss"),
        ("train_loss", "holdout_loss"),
        ("train_loss", "held_out_loss"),
        ("loss/train", "loss/heldout"),
        ("learnloss", "testloss"),
        ("trnLoss", "vlLoss"),
    ],
)
def test_validation_is_known_by_the_words_that_people_use(training: str, validation: str) -> None:
    run = doctor.read_run(json.dumps({training: LOSS, validation: VALIDATION}).encode())

    assert dict(run.history()) == {"loss": LOSS, "val_loss": VALIDATION}
    assert not any("a sum of several" in note for note in run.reading.notes)


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("is_train", "True", "False"),
        ("training", "1", "0"),
        ("is_val", "no", "yes"),
        ("split", "tr", "va"),
        ("split", "train", "holdout"),
    ],
)
def test_rows_go_to_the_set_that_their_column_names(column: str, yes: str, no: str) -> None:
    rows = [f"{n},{cell},{loss}" for n, pair in enumerate(_pairs()) for cell, loss in zip((yes, no), pair, strict=True)]

    assert _curves("\n".join([f"epoch,{column},loss", *rows])) == {"loss": LOSS, "val_loss": VALIDATION}


@pytest.mark.parametrize("column", ["split", "group", "dataset", "whatever"])
def test_series_that_stand_in_turn_and_that_nothing_tells_apart_are_refused(column: str) -> None:
    names = ("0", "1") if column in ("split", "group") else ("north", "south")
    rows = [f"{n},{cell},{loss}" for n, pair in enumerate(_pairs()) for cell, loss in zip(names, pair, strict=True)]

    with pytest.raises(doctor.HistoryError, match=f"'{column}' names 2 series in each epoch .*'{names[0]}'"):
        _curves("\n".join([f"epoch,{column},loss", *rows]))


def test_batches_of_an_epoch_are_still_averaged_beside_a_column_of_words() -> None:
    rows = [f"{n},{part},{loss + d},{word}" for n, loss in enumerate(LOSS) for part, d, word in _PARTS]

    assert _curves("\n".join(["epoch,batch,loss,node", *rows]))["loss"] == pytest.approx(LOSS)


_PARTS = ((0, 0.1, "a"), (1, 0.0, "b"), (2, -0.1, "a"))


def test_lists_of_rows_for_each_set_are_one_run() -> None:
    sets = {"train": [{"loss": v} for v in LOSS], "val": [{"loss": v} for v in VALIDATION]}

    assert _curves(json.dumps(sets)) == {"loss": LOSS, "val_loss": VALIDATION}


@pytest.mark.parametrize("sign", ["-", "+"])
def test_a_signed_number_in_parentheses_is_a_change_and_no_mean(sign: str) -> None:
    lines = [f"Epoch {n}: Loss {a} ({sign}0.05), Val loss {b} ({sign}0.03)" for n, (a, b) in enumerate(_pairs(), 1)]

    assert _curves("\n".join(lines)) == {"loss": LOSS, "val_loss": VALIDATION}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([1700000000 + 60 * n for n in range(12)]),
        "place,train,val\n" + "\n".join(f"{n},{900 - 7 * n},{1200 - n}" for n in range(12)),
        "\n".join(f"Epoch {n}: train {900 - 7 * n} | val {1200 - n}" for n in range(1, 12)),
    ],
)
def test_whole_numbers_that_nothing_calls_a_loss_are_refused(text: str) -> None:
    with pytest.raises(doctor.HistoryError):
        _curves(text)


def test_the_outer_bars_of_a_markdown_table_part_off_no_column() -> None:
    rows = [f"| {n} | {loss} | {n / 7:.3f} |" for n, loss in enumerate(LOSS)]

    reading = doctor.read_run("\n".join(["| epoch | loss | lr |", "|---|---|---|", *rows]).encode()).reading

    assert [column.column for column in reading.unused] == ["lr"]


def test_a_message_that_rich_wraps_is_read_whole() -> None:
    """As rich 15.0.0's RichHandler writes it where the terminal has 80 columns."""
    lines = []
    for n, (loss, validation) in enumerate(_pairs(), 1):
        time = "[11/29/26 01:35:36]" if n == 1 else " " * 19
        lines += [
            f"{time} INFO     INFO:root:epoch {n} loss {loss:.4f} val_loss   train.py:7",
            f"{' ' * 29}{validation:<51}",
        ]

    assert _curves("\n".join(lines)) == {"loss": LOSS, "val_loss": VALIDATION}


def test_statistics_of_a_log_are_not_its_epochs() -> None:
    """As pandas 3.1.1 writes `describe().to_csv()`."""
    rows = [
        "count,4,4",
        "mean,1.5,0.5",
        "std,1.3,0.1",
        "min,0,0.3",
        "25%,0.7,0.4",
        "50%,1.5,0.5",
        "75%,2.2,0.6",
        "max,3,0.7",
    ]

    with pytest.raises(doctor.HistoryError, match="statistics"):
        _curves("\n".join([",epoch,loss", *rows]))


def test_losses_of_examples_are_not_those_of_epochs() -> None:
    rows = [f"img_{n}.png,{n % 2},{loss}" for n, loss in enumerate(LOSS)]

    with pytest.raises(doctor.HistoryError, match=r"'id' names another example in each row \('img_0.png'"):
        _curves("\n".join(["id,label,loss", *rows]))
    assert _curves("\n".join(["file,loss", *(f"epoch_{n}.pt,{v}" for n, v in enumerate(LOSS))])) == {"loss": LOSS}


def _pairs() -> list[tuple[float, float]]:
    return list(zip(LOSS, VALIDATION, strict=True))
