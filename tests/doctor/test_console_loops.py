"""Kinds of lines that people's own loops print in public repositories, rebuilt by hand with own numbers."""

from __future__ import annotations

import pytest

import doctor
from tests.doctor.test_console_shapes import ALL, BOTH, LOSS, LOSSES_AND_VALIDATIONS, OF, printed
from tests.doctor.test_joining import values

SHAPES = {
    "batches, an epoch's cost in time, and three sets": (
        "\titers: 50, epoch: {n} | loss: 9.1\n\tspeed: 0.5s/iter; left time: 128.5s\n"
        "\titers: 90, epoch: {n} | loss: 8.2\n"
        "Epoch: {n} cost time: 116.1\nEpoch: {n}, Steps: 265 | Train Loss: {l} Vali Loss: {v} Test Loss: 0.08\n"
        "Validation loss decreased (inf --> 0.09).  Saving model ...\n",
        BOTH,
    ),
    "a heading above each set": (
        "======== Epoch {n} / 8 ========\nTraining...\n  Batch    40  of    241.    Elapsed: 0:00:08.\n"
        "  Average training loss: {l}\n\nRunning Validation...\n  Accuracy: {w}\n  Validation Loss: {v}\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "a bar of epochs with joined names": (
        " {n}0%|##7   | {n}/8 [53:05<2:23:32, 58.99s/ep] TrnAcc={a} ValAcc={w} TrnLoss={l} ValLoss={v} \r",
        ALL,
    ),
    "the mean so far of batches": (
        "  --- Epoch {n}/3 ---  [13:36:50]\n    Batch 50/403  avg_loss=8.7\n    Batch 400/403  avg_loss=7.6\n"
        "  Train loss: {l}  - starting val evaluation\n  Epoch {n}/3  train_loss={l}  val_loss={v}  (29.7s)\n",
        BOTH,
    ),
    "two values behind two names": ("Epoch {n} | train loss/acc: {l}/{a} | val loss/acc: {v}/{w}\n", ALL),
    "a last line over a bar": (
        "\nepoch {n}/8:\niteration: 1/391, train_loss: 9.1, train_acc: 0.1\riteration: 390/391, train_loss: 8.1, "
        "train_acc: 0.1"
        "\riteration: 391/391, cost_time: 5s, train_loss: {l}, train_acc: {a}, test_loss: {v}, test_acc: {w}\n",
        ALL,
    ),
    "the logger's name with its time": (
        "[2026-01-01 10:00:00 tiny](main.py 190): INFO Train: [{m}/8][0/625]\teta 0:30:00 lr 0.1\tloss 9.9 (9.9)\n"
        "[2026-01-01 10:00:00 tiny](main.py 190): INFO Train: [{m}/8][620/625]\teta 0:30:00 lr 0.1\tloss 6.9 ({l})\n"
        "[2026-01-01 10:00:00 tiny](main.py 199): INFO EPOCH {m} training takes 0:30:00\n"
        "[2026-01-01 10:00:00 tiny](main.py 240): INFO Test: [97/98]\tLoss 0.9 ({v})\tAcc@1 11.0 (11.0)\n"
        "[2026-01-01 10:00:00 tiny](main.py 247): INFO  * Acc@1 {pv} Acc@5 99.1\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "steps in brackets and a heading": (
        "[ {s}/1000] loss: {l} | tokens/sec: 15345\nVALIDATION [iter {s}]\n   Val Loss: {v}\n"
        "New best model! Val loss: 0.01\n",
        BOTH,
    ),
    "how long it took between": ("Epoch {n} loss {l} | train 2.1s | val loss {v} | infer 4.4s\n", BOTH),
    "the best epoch below": ("Epoch {n} train_loss: {l} val_loss: {v}\nBest epoch: 1, best val_loss: 0.01\n", BOTH),
    "the best epoch beside": ("fold: 1, EPOCH: {n}, train_loss: {l}, valid_loss: {v}, best_loss_epoch: 3\n", BOTH),
}


@pytest.mark.parametrize(("shape", "curves"), SHAPES.values(), ids=SHAPES)
def test_what_a_loop_prints_is_read_as_what_it_is(shape: str, curves: list[str]) -> None:
    run = doctor.read_run(printed(shape).encode())

    assert {series.curve for series in run.series} == set(curves)
    for curve in curves:
        assert values(run, curve) == pytest.approx(OF[curve], abs=6e-4)


def test_a_loss_that_is_called_otherwise_every_other_epoch_is_one_curve() -> None:
    text = "".join(f"Epoch {n}, {'Train Loss' if n % 2 else 'Loss'}: {loss}\n" for n, loss in enumerate(LOSS, 1))

    assert values(doctor.read_run(text.encode()), "loss") == LOSS


def test_what_rich_wrapped_below_its_bar_belongs_to_the_bar() -> None:
    indent = " " * 60
    text = printed(
        "Epoch {m}/4  ━━━━━━━━ 4/4 0:00:00 • 0:00:00 8.66it/s v_num: 0           \n"
        + f"{indent}train_loss:\n{indent}{{l}} val_loss:    \n{indent}{{v}}\n"
    )
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == LOSS
    assert values(run, "val_loss") == OF["val_loss"]


def test_an_evaluation_after_training_is_no_epoch() -> None:
    rows = "".join(f"{n},{4 * n + 3},{loss},\n{n},{4 * n + 3},,{loss}\n" for n, loss in enumerate(LOSS))
    run = doctor.read_run(f"epoch,step,train_loss,val_loss\n{rows}5,20,,0.9\n".encode())  # Lightning 2.6's validate

    assert values(run, "val_loss") == LOSS
    assert "after training" in " ".join(run.reading.notes)


def test_that_a_validation_score_may_be_another_than_an_accuracy_is_said() -> None:
    run = doctor.read_run(printed("Iteration {n}, loss = {l}\nValidation score: {w}\n").encode())

    assert "R squared" in " ".join(run.reading.notes)


def test_that_every_line_counts_the_same_epoch_is_said() -> None:
    text = "".join(f"Epoch 1/1\n9/9 [====] - 1s - loss: {loss} - val_loss: {loss}\n" for loss in LOSS)

    assert "the same in every line" in " ".join(doctor.read_run(text.encode()).reading.notes)


@pytest.mark.parametrize("mark", [" ", ": ", "="])
def test_a_part_with_a_number_in_its_name_is_not_the_loss(mark: str) -> None:
    losses, parts = [0.7, 0.5, 0.4], [0.2, 0.1, 0.05]
    names = ("loss", "l1_loss", "val_loss", "val_l1_loss")
    lines = [
        f"Epoch {epoch} "
        + " ".join(f"{name}{mark}{value}" for name, value in zip(names, (loss, part, loss, part), strict=True))
        for epoch, (loss, part) in enumerate(zip(losses, parts, strict=True), 1)
    ]

    assert doctor.read("\n".join(lines).encode())[0] == {"loss": losses, "val_loss": losses}
