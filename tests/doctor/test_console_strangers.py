"""Lines, tables and posts as people write them themselves, rebuilt with own numbers."""

from __future__ import annotations

import math

import pytest

import doctor
from tests.doctor.test_console_shapes import ALL, BOTH, LOSS, LOSSES_AND_VALIDATIONS, OF, VALIDATION, printed
from tests.doctor.test_joining import values

ASKED = """Why is my validation loss constant? It says val_loss: 0.69 and loss: 0.5 all the time.

I have 35 training images and 10 test images, and a network with 36.8 million parameters (36829121).
model.fit(x_train, y_train, epochs=5, batch_size=5, validation_data=(x_test, y_test))

"""
ADDED = """
As you can see the training loss oscillates between 0.2 and 0.9. Edit: with lr=0.0001 I get val_loss: 0.7 in
the end, and at epoch 3 loss: 9.9 looks odd.
"""
KERAS = "- 1s - loss: {l} - acc: {a} - val_loss: {v} - val_acc: {w}"
LINES = {
    "sets without a name": ("[{n}/50] train {l} / val {v}\n", BOTH),
    "sets without a name, and an accuracy": ("Epoch {n}/50 | Train {l} | Val {v} | acc {w}\n", LOSSES_AND_VALIDATIONS),
    "a set behind a loss": ("({n}) loss: {l}, val: {v}\n", BOTH),
    "abbreviations with a point": (
        "Epoch: {n:02} | Epoch Time: 0m 3s\n\tTrain Loss: {l} | Train Acc: {pa}%\n"
        "\t Val. Loss: {v} |  Val. Acc: {pv}%\n",
        ALL,
    ),
    "te and tr": ("Ep {n:2d} tr_loss {l} te_loss {v} tr_acc {a} te_acc {w}\n", ALL),
    "names written together": ("epoch:{n} loss:{l} acc:{a} vloss:{v} vacc:{w}\n", ALL),
    "a twin for each": ("Epoch {n}: loss {l} val_loss {v} acc {a} val_acc {w}\n", ALL),
    "validation first": ('Epoch: {m} {{"val_loss":{v},"val_acc":{w},"loss":{l},"acc":{a}}}\n', ALL),
    "an object over lines": ("{m} {{\n  val_loss: {v},\n  val_acc: {w},\n  loss: {l},\n  acc: {a}\n}}\n", ALL),
    "a sentence": ("Training loss at epoch {n} is {l}. Validation loss is {v}.\n", BOTH),
    "arrows": ("Epoch {n}: \u2713 loss\u2192{l} val_loss\u2192{v}\n", BOTH),
    "owners behind": ("epoch {n} finished in 12.3s: loss {l} / {v} (train/val)\n", BOTH),
    "a count in front": ("{n}/5 loss: {l} val_loss: {v}\n", BOTH),
    "an ordinal": ("{n}. Epoch: Training Loss: {l} Validation Loss: {v}\n", BOTH),
    "images that are counted": (
        "Epoch [{n}/5], Step [100/100], Loss: {l}\nAccuracy of the model on the validation images: {pv} %\n",
        ["loss", "val_accuracy"],
    ),
    "TensorFlow.js's bar": (
        "Epoch {n} / 5\neta=0.0 =========> acc={a} loss={l}\n"
        "1ms 2us/step - acc={a} loss={l} val_acc={w} val_loss={v}\n",
        ALL,
    ),
    "German": ("Epoche {n}: Trainingsverlust {l}, Validierungsverlust {v}\n", BOTH),
    "French": ("Époque {n} : perte {l}, perte de validation {v}\n", BOTH),
    "Chinese": ("第{n}轮 Epoch {n}: 训练损失 {l}, 验证损失 {v}\n", BOTH),
    "a post": (f"Epoch {{n}}/5\n35/35 [======] {KERAS}\n", ALL),
    "a post with one line an epoch": (f"Epoch {{n}}/5 35/35 [======] {KERAS}\n", ALL),
    "a post that lost its line ends": (f"Epoch {{n}}/5 35/35 [======] {KERAS} ", ALL),
    "a post of Keras's second verbosity": (f"Epoch {{n}}/5\n {KERAS}\n", ALL),
}


@pytest.mark.parametrize(("before", "after"), [("", ""), (ASKED, ADDED)], ids=["alone", "asked"])
@pytest.mark.parametrize(("line", "curves"), LINES.values(), ids=LINES)
def test_what_people_print_is_read_also_with_their_question_around_it(
    line: str, curves: list[str], before: str, after: str
) -> None:
    run = doctor.read_run((before + printed(line) + after).encode())

    assert {series.curve for series in run.series} - {"accuracy"} == set(curves) - {"accuracy"}
    for curve in curves:
        assert values(run, curve) == pytest.approx(OF[curve], abs=6e-4)


def test_sets_without_a_name_that_rise_may_be_accuracies() -> None:
    with pytest.raises(doctor.HistoryError, match="may be a loss or an accuracy"):
        doctor.read_run(printed("[{n}/5] train {a} / val {w}\n").encode())


def test_a_test_at_the_end_is_not_the_last_epochs_validation() -> None:
    text = printed("Epoch {n}: loss {l} val_loss {v}\n") + "Test loss: 0.5, Test accuracy: 0.8\n"

    assert values(doctor.read_run(text.encode()), "val_loss") == pytest.approx(VALIDATION)


ROWS = [
    (n, phase, loss)
    for n, both in enumerate(zip(LOSS, VALIDATION, strict=True), 1)
    for phase, loss in zip(("train", "val"), both, strict=True)
]


@pytest.mark.parametrize(
    "text",
    [
        "epoch,phase,loss\n" + "".join(f"{n},{phase},{loss}\n" for n, phase, loss in ROWS),
        "phase,epoch,loss\n"
        + "".join(f"{phase},{n},{loss}\n" for n, phase, loss in sorted(ROWS, key=lambda row: row[1])),
        "".join(f'{{"epoch": {n}, "split": "{phase}", "loss": {loss}}}\n' for n, phase, loss in ROWS),
        "epoch,iter,set,loss\n" + "".join(f"{n},{i},{phase} set,{loss}\n" for n, phase, loss in ROWS for i in (1, 2)),
    ],
    ids=["rows in turn", "one set after another", "JSON lines", "batches of an epoch"],
)
def test_a_column_says_whose_each_row_is(text: str) -> None:
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


def test_a_column_says_of_which_fold_each_row_is() -> None:
    rows = "".join(f"{n},{fold},{fold * loss}\n" for n, loss in enumerate(LOSS, 1) for fold in (1, 2))
    table = f"epoch,fold,train_loss\n{rows}".encode()

    assert doctor.read_run(table).reading.runs == ("fold 1", "fold 2")
    assert values(doctor.read_run(table, run="fold 1"), "loss") == pytest.approx(LOSS)
    assert values(doctor.read_run(table), "loss") == pytest.approx([2 * loss for loss in LOSS])


def test_steps_that_begin_again_in_each_epoch_place_nothing() -> None:
    rows = [
        f"{n},{i},{loss},{VALIDATION[n - 1] if i == 3 else ''}\n" for n, loss in enumerate(LOSS, 1) for i in (1, 2, 3)
    ]
    run = doctor.read_run(("epoch,iter,loss,val_loss\n" + "".join(rows)).encode())

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


@pytest.mark.parametrize(
    "line",
    ["Epoch {n} loss {l} val_loss {v}\n", "Epoch {n} train loss {l} val loss {v}\n", "[{n}/5] train {l} / val {v}\n"],
)
def test_a_loss_that_is_not_a_number_is_read_where_only_blanks_part_it_from_its_name(line: str) -> None:
    lines = printed(line).splitlines()
    for place in (3, 4):
        lines[place] = line.strip().format(n=place + 1, l="nan", v="inf")
    run = doctor.read_run("\n".join(lines).encode())

    for curve in BOTH:
        first, rest = values(run, curve)[:3], values(run, curve)[3:]
        assert first == pytest.approx(OF[curve][:3])
        assert [value is not None and math.isfinite(value) for value in rest] == [False, False]


def test_two_numbers_with_a_slash_between_them_are_refused_where_nothing_says_whose_they_are() -> None:
    with pytest.raises(doctor.HistoryError, match="with a slash between them, and nothing says whose each is"):
        doctor.read_run(printed("Epoch {n} | loss: 2{l}/3{v}\n").encode())
