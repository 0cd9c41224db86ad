"""Sentences that tell of some epochs are no log; and Keras's bars are one, also without the lines that count epochs."""

import pytest

import doctor

LOSS = [0.71, 0.55, 0.43, 0.36]
VALIDATION = [0.73, 0.61, 0.54, 0.5]


@pytest.mark.parametrize(
    "text",
    [
        "By epoch 5 the training loss was about 0.45 and val loss 0.60, which looks fine. Then at epoch 10 the loss "
        "went to 0.30,\nand after epoch 20 it was at loss 0.05 while\nvalidation loss rose to 1.2. What does it mean?",
        "We trained for 100 epochs. Epoch 5 reached loss 0.5 and accuracy 80%.\nAfter epoch 50 the loss was 0.2.\n"
        "At epoch 100: loss 0.1, accuracy 95%.",
        "the model at epoch 3 had train loss 0.42 / val loss 0.51.\nLater, epoch 7: train loss 0.31, val loss 0.55.",
        "- epoch 5: fix loss 0.5 bug\n- step 10 loss 3.2 printing",
        "epochs: 10\nloss: 0.5\nval_loss: 0.3\nlr: 0.001",
    ],
)
def test_prose_that_tells_of_some_epochs_is_refused_as_no_log(text: str) -> None:
    with pytest.raises(doctor.HistoryError, match="Sentences that tell of some epochs are no log"):
        doctor.read_run(text.encode())


@pytest.mark.parametrize(
    "line",
    [
        "epoch {n} finished, the training loss is {a} and the validation loss is {b}",
        "After epoch {n} the average training loss was {a}, and validation loss was {b}.",
        "Epoch {n} | train loss {a} | val loss {b}",
    ],
)
def test_sentences_that_a_loop_prints_each_epoch_are_a_log(line: str) -> None:
    log = "\n".join(line.format(n=n, a=a, b=b) for n, (a, b) in enumerate(zip(LOSS, VALIDATION, strict=True), 1))

    assert dict(doctor.read_run(f"Look at this:\n\n{log}\n\nWhy?".encode()).history()) == {
        "loss": LOSS,
        "val_loss": VALIDATION,
    }


def test_two_epochs_are_a_log_if_the_second_is_cut_off() -> None:
    run = doctor.read_run(b"epoch 1 train loss 0.71 val loss 0.70\nepoch 2 train loss 0.6\n")

    assert run.history()["loss"] == [0.71, 0.6]


@pytest.mark.parametrize(
    "bar",
    [
        "12/12 [==============================] - 3s 241ms/step - loss: {a} - val_loss: {b}",
        "12/12 ━━━━━━━━━━━━━━━━━━━━ 3s 241ms/step - loss: {a} - val_loss: {b}",
        "12/12 - 3s - loss: {a} - val_loss: {b}",
        "800/800 [==============================] - 1s 63us/sample - loss: {a} - val_loss: {b}",
    ],
)
def test_finished_bars_of_keras_are_epochs_where_nothing_counts_them(bar: str) -> None:
    lines = [bar.format(a=a, b=b) for a, b in zip(LOSS, VALIDATION, strict=True)]
    run = doctor.read_run("\n".join([*lines, "3/3 - 0s - loss: 0.9"]).encode())

    assert dict(run.history()) == {"loss": LOSS, "val_loss": VALIDATION}
    assert any("each bar that was finished was taken for one. 1 without" in note for note in run.reading.notes)


def test_bars_without_validation_may_be_evaluations_and_are_refused() -> None:
    with pytest.raises(doctor.HistoryError):
        doctor.read_run("\n".join(f"4/4 [====] - 0s 2ms/step - loss: {a}" for a in LOSS).encode())
