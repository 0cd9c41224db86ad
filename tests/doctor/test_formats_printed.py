"""What ultralytics 8.4, spaCy 3.8 and Paddle 3.3 print and write, as seen in runs, with short numbers."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import doctor
from tests.doctor.test_formats import ACCURACY, LOSS, VALIDATION, VALIDATION_ACCURACY, check
from tests.doctor.test_joining import values

EPOCHS = range(1, 5)


def test_ultralytics_8_4_draws_a_bar_of_means_so_far_and_validates_the_best_weights_at_the_end() -> None:
    head, below = (
        "      Epoch    GPU_mem       loss  Instances       Size",
        "  classes   top1_acc   top5_acc: 100% \u2501\u2501 1/1 1.1s",
    )
    text = "".join(
        f"\n{head}\n\r\x1b[K  {n}/4   0G     9.5     8   64: 0% \u2500\u2500 0/2  3.9s"
        f"\r\x1b[K  {n}/4   0G   {LOSS[n - 1]}     4   64: 50% \u2501\u2500 1/2 12.8s/it 7.7s<25.6s"
        f"\r\x1b[K  {n}/4   0G   {LOSS[n - 1]}     4   64: 100% \u2501\u2501 2/2 3.6s/it 10.7s\n"
        f"\r\x1b[K{below}\n     all      {ACCURACY[n - 1]:.3f}          1\n"
        for n in EPOCHS
    )
    end = f"4 epochs completed.\n\nValidating best.pt...\n\r\x1b[K{below}\n     all      0.111          1\n"

    run = doctor.read_run((text + end).encode())

    assert values(run, "loss") == LOSS
    assert values(run, "val_accuracy") == pytest.approx(ACCURACY)


def test_spacy_3_8_prints_a_loss_for_each_component_and_one_score() -> None:
    rows = [(0, 0, 0.25, 9.0, 0.5), *((n, 5 * n, 0.1, LOSS[n - 1], ACCURACY[n - 1]) for n in EPOCHS)]
    text = "\n".join(
        [
            "\x1b[38;5;4m\u2139 Initial learn rate: 0.001\x1b[0m",
            "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE ",
            "---  ------  ------------  --------  ------  ------",
            *(f"{e:3}  {step:6}  {a:12.2f}  {b:8.2f}   50.00  {score:6.3f}" for e, step, a, b, score in rows),
            "\x1b[38;5;2m\u2714 Saved pipeline to output directory\x1b[0m",
        ]
    )

    run = doctor.read_run(text.encode())

    assert run.axis.tolist() == [0, *EPOCHS]
    assert values(run, "loss")[1:] == pytest.approx([0.1 + loss for loss in LOSS])
    assert values(run, "val_accuracy") == [0.5, *ACCURACY]
    assert "TOK2VEC" in " ".join(run.reading.notes)


def test_paddle_3_3_prints_the_loss_of_each_epochs_last_batch_and_that_is_said() -> None:
    head = (
        "The loss value printed in the log is the current step, and the metric is the average value of previous steps."
    )
    text = "\n".join(
        [head]
        + [
            f"Epoch {n}/4\nstep 4/4 [====] - loss: {LOSS[n - 1]} - acc: {ACCURACY[n - 1]} - 39ms/step\nEval begin...\n"
            f"step 2/2 [====] - loss: {VALIDATION[n - 1]} - acc: {VALIDATION_ACCURACY[n - 1]} - 25ms/step\n"
            "Eval samples: 32"
            for n in EPOCHS
        ]
    )

    run = doctor.read_run(text.encode())

    check(run, "console")
    assert "of the last batch of each epoch" in " ".join(run.reading.notes)


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def visualdl(scalars: list[tuple[int, str, float]]) -> bytes:
    """Write records as visualdl 2.5.3 does; step 0 is left out, as protocol buffers leave out zeros."""
    time = b"\x18" + varint(1795899969860)
    messages = [field(1, field(2, b"meta_data_tag") + time + field(10, b""))]
    for step, tag, value in scalars:
        number = b"\x25" + struct.pack("<f", value)
        messages.append(field(1, (b"\x08" + varint(step) if step else b"") + field(2, tag.encode()) + time + number))
    return b"".join(struct.pack("<Q", len(message)) + message for message in messages)


def test_visualdl_2_5_counts_batches_of_training_and_epochs_of_validation(tmp_path: Path) -> None:
    scalars = []
    for n in range(4):
        scalars += [(2 * n + 1, "train/loss", LOSS[n] - 0.1), (2 * n + 2, "train/loss", LOSS[n] + 0.1)]
        scalars += [(n, "eval/loss", VALIDATION[n] if n < 3 else float("nan"))]
    path = tmp_path / "run" / "vdlrecords.1795899969.log"
    path.parent.mkdir()
    path.write_bytes(visualdl(scalars) + b"\x20\x00\x00")  # cut short, as while it is written

    for source in (path, path.read_bytes(), tmp_path):
        run = doctor.read_run(source)
        assert run.reading.format == "visualdl"
        assert values(run, "loss") == pytest.approx(LOSS)
        assert values(run, "val_loss") == pytest.approx([*VALIDATION[:3], float("nan")], nan_ok=True)
        assert bool(run.series[1].points.written.all())


def test_validation_that_begins_later_leaves_the_epochs_before_it_as_they_are() -> None:
    rows = [f"{n},{LOSS[n]},{VALIDATION[n] if n > 1 else ''}" for n in range(4)]

    run = doctor.read_run("\n".join(["step,train_loss,val_loss", *rows]).encode())

    assert values(run, "loss") == LOSS
    assert values(run, "val_loss")[2:] == VALIDATION[2:]
    assert run.series[1].points.written.tolist() == [False, False, True, True]
