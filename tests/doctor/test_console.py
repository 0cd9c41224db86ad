"""What training prints, as pasted: made by Keras where it is installed, else in the form of the version named."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import doctor
from tests.doctor.test_joining import values

EPOCHS = range(1, 5)
LOSS = [round(1 / n, 4) for n in EPOCHS]
VALIDATION = [round(1.2 / n, 4) for n in EPOCHS]
ACCURACY = [0.5 + 0.1 * n for n in EPOCHS]


@pytest.fixture(scope="module")
def fit() -> dict[int, tuple[str, dict[str, list[float]]]]:
    """Return for each verbosity what Keras printed of a fit and of an evaluation after it, and the history."""
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).random((60, 4)).astype("float32")
    y = (x[:, 0] > 0.5).astype("float32")
    found = {}
    for verbose in (1, 2):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            stop = keras.callbacks.EarlyStopping(monitor="loss", patience=9, verbose=1)
            history = model.fit(x, y, validation_split=0.3, epochs=3, batch_size=8, verbose=verbose, callbacks=[stop])
            print("now the evaluation")
            model.evaluate(x, y, verbose=verbose)
        found[verbose] = printed.getvalue(), history.history
    return found


@pytest.mark.parametrize("verbose", [1, 2])
def test_what_keras_prints_is_what_it_returns_to_the_digits_printed(
    fit: dict[int, tuple[str, dict[str, list[float]]]], verbose: int
) -> None:
    printed, history = fit[verbose]
    run = doctor.read_run(printed.encode())

    assert run.reading.format == "console"
    assert {series.curve for series in run.series} == set(history)
    for curve, expected in history.items():
        assert values(run, curve) == pytest.approx(expected, abs=6e-5)


def test_a_notebook_with_what_keras_printed_names_its_cells(
    fit: dict[int, tuple[str, dict[str, list[float]]]], tmp_path: Path
) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": fit[1][0].splitlines(keepends=True)}
    cells = [{"cell_type": "code", "outputs": outputs, "source": []} for outputs in ([], [stream], [], [stream])]
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    run = doctor.read_run(path, run="cell 2")

    assert doctor.read_run(path).reading.runs == ("cell 2", "cell 4")
    assert values(run, "val_loss") == pytest.approx(fit[1][1]["val_loss"], abs=6e-5)


def test_a_table_that_hugging_face_and_fastai_draw_in_a_notebook_is_read() -> None:
    names = ("Epoch", "Training Loss", "Validation Loss", "Accuracy")
    html = "<table border='1'><thead><tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr></thead>"
    html += "".join(
        f"<tr><td>{n}</td><td>{'No log' if n == 1 else LOSS[n - 1]}</td><td>{VALIDATION[n - 1]}</td><td>0.7</td></tr>"
        for n in EPOCHS
    )
    output = {
        "output_type": "display_data",
        "data": {"text/html": [html + "</table>"], "text/plain": ["<IPython.core.display.HTML object>"]},
    }
    run = doctor.read_run(json.dumps({"cells": [{"outputs": [output]}], "nbformat": 4}).encode())

    assert values(run, "loss") == [None, *LOSS[1:]]
    assert values(run, "val_loss") == VALIDATION
    assert values(run, "val_accuracy") == [0.7] * 4


def test_a_notebook_without_outputs_says_what_to_do() -> None:
    with pytest.raises(doctor.HistoryError, match="save it with its outputs"):
        doctor.read(json.dumps({"cells": [{"outputs": []}], "nbformat": 4}).encode())


def bar(epoch: int, share: int, rest: str) -> str:
    return f"Epoch {epoch}: {share:3d}%|{'█' * 3}| {share // 25}/4 [00:00<00:00, 90.1it/s, {rest}]"


PRINTED = {
    "Lightning 2.6": "\n".join(
        "\r".join(
            bar(n, share, f"v_num=0, train_loss={loss + (100 - share) / 99}, val_loss={val}") for share in (0, 50, 100)
        )
        for n, (loss, val) in enumerate(zip(LOSS, VALIDATION, strict=True))
    ),
    "Transformers 4.57": "".join(
        f"{{'loss': {loss}, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': {n}.0}}\n"
        f"{{'eval_loss': {val}, 'eval_runtime': 0.1, 'epoch': {n}.0}}\n 33%|███ | {n}/12 [00:01<00:01,  5.5it/s]\r"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    )
    + "{'train_runtime': 1.2, 'train_loss': 0.5, 'epoch': 4.0}\n",
    "Transformers 5.24 quotes its numbers": "".join(
        f"{{'loss': '{loss}', 'epoch': '{n}'}}\n{{'eval_loss': '{val}', 'epoch': '{n}'}}\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "fastai 2.8": "epoch     train_loss  valid_loss  time    \n"
    + "".join(f"{n}         {LOSS[n]}    {VALIDATION[n]}    00:01     \n" for n in range(4)),
    "skorch 1.4": "  epoch    train_loss    valid_loss     dur\n-------  ------------  ------------  ------\n"
    + "".join(
        f"      {n}        \x1b[36m{loss}\x1b[0m        {val}  0.0345\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "XGBoost 3.2": "".join(f"[{n}]\ttrain-logloss:{LOSS[n]}\teval-logloss:{VALIDATION[n]}\n" for n in range(4)),
    "LightGBM 4.6": "".join(
        f"[{n}]\ttraining's binary_logloss: {loss}\tvalid_1's binary_logloss: {val}\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "CatBoost 1.2": "".join(
        f"{n}:\tlearn: {LOSS[n]}\ttest: {VALIDATION[n]}\tbest: {VALIDATION[n]} ({n})\ttotal: 47ms\tremaining: 1s\n"
        for n in range(4)
    ),
    "SpeechBrain 1.1": "".join(
        f"epoch: {n}, lr: 1.00e-03 - train loss: {loss} - valid loss: {val}\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    )
    + "Epoch loaded: 4 - test loss: 9.00e-01\n",
    "nnU-Net 2.8": "".join(
        "".join(
            f"2026-11-28 10:00:00.1: {line} \n"
            for line in (f"Epoch {n}", f"train_loss {LOSS[n]}", f"val_loss {VALIDATION[n]}")
        )
        for n in range(4)
    ),
    "MMEngine 0.10": "".join(
        f"11/28 10:00:00 - mmengine - INFO - Epoch(train)  [{n}][10/10]  lr: 1.0e-02  time: 0.01  loss: {loss}\n"
        f"11/28 10:00:01 - mmengine - INFO - Epoch(val) [{n}][5/5]    val_loss: {val}  time: 0.02\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "Composer 0.32": "".join(
        f"[metric][batch={4 * n}]: loss/train/total: {loss} \n"
        f"[metric][batch={4 * n}]: metrics/eval/CrossEntropy: {val} \n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "a loop of one's own": "".join(
        f"Epoch [{n}/20], Loss: {loss}, Val Loss: {val}\nsaved the best model, val loss: 0.001\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "the tutorial of torchvision": "".join(
        f"Epoch {n}/4\n----------\ntrain Loss: {loss} \nval Loss: {val} \n\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "the example MNIST of PyTorch": "".join(
        f"Train Epoch: {n} [0/60000 (0%)]\tLoss: {2 * loss}\nTrain Epoch: {n} [640/60000 (1%)]\tLoss: 0\n\n"
        f"Test set: Average loss: {val}, 9/10 right\n\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
    "a logger with times": "".join(
        f"2024-01-01 10:00:0{n} INFO epoch {n} train loss {loss} val loss {val}\n"
        for n, loss, val in zip(EPOCHS, LOSS, VALIDATION, strict=True)
    ),
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_others_print_is_read(name: str) -> None:
    run = doctor.read_run(PRINTED[name].encode())

    assert run.reading.format == "console"
    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


def test_ultralytics_prints_validation_below_the_line_of_an_epoch() -> None:
    text = "".join(
        "\n      Epoch    GPU_mem       loss  Instances       Size\n"
        f"        {n}/4         0G      {LOSS[n - 1]}         16         32: 100%|██| 10/10 [00:01<00:00,  8.22it/s]\n"
        "               classes   top1_acc   top5_acc: 100%|████| 2/2\n"
        f"                   all      {ACCURACY[n - 1]:.3f}          1\n"
        for n in EPOCHS
    )
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == LOSS
    assert values(run, "val_accuracy") == pytest.approx(ACCURACY)


@pytest.mark.parametrize(
    "line",
    ["Epoch [{n}/9] Loss: 0.5 Acc: {p}%", "Epoch {n}: loss=0.5, acc={k}/200", "epoch {n} | loss 0.5 | accuracy {f}"],
)
def test_accuracies_in_percent_and_as_counts_are_fractions(line: str) -> None:
    text = "\n".join(line.format(n=n, p=50 + n, k=100 + 2 * n, f=0.5 + n / 100) for n in EPOCHS)

    assert values(doctor.read_run(text.encode()), "accuracy") == pytest.approx([0.5 + n / 100 for n in EPOCHS])


@pytest.mark.parametrize("text", ["The loss was 0.5.\nThen it fell.\n", "hello\nworld\n", "Epoch 1\nEpoch 2\n"])
def test_prose_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(doctor.HistoryError, match=r"Epoch 3/20 - loss"):
        doctor.read(text.encode())


def test_an_epoch_that_was_interrupted_is_left_out() -> None:
    text = (
        "".join(f"Epoch {n}/9\n4/4 [====] - 1s - loss: {LOSS[n - 1]}\n" for n in range(1, 4))
        + "Epoch 4/9\n1/4 [=>..] - ETA: 2s - loss: 0.99"
    )
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == LOSS[:3]
    assert "not finished" in " ".join(run.reading.notes)


def test_nan_is_read_from_the_terminal_too() -> None:
    text = "".join(f"Epoch {n}/9\n4/4 - 1s - loss: {'nan' if n > 2 else 0.5} - val_loss: nan\n" for n in EPOCHS)

    assert doctor.diagnose(doctor.read(text.encode())[0]).labels == ("diverged",)


@pytest.mark.parametrize("form", [str, lambda history: str(history).replace("], ", "],\n ")])
def test_a_printed_history_is_read(form: Callable[[object], str]) -> None:
    history = {"loss": [0.7, 0.5, float("nan")], "val_loss": [0.8, 0.6, 0.5]}
    run = doctor.read_run(form(history).encode())

    assert values(run, "val_loss") == history["val_loss"]
    assert doctor.diagnose(run.history()).labels == ("diverged",)


def test_text_of_windows_is_read() -> None:
    text = PRINTED["a loop of one's own"]

    assert doctor.read(text.encode("utf-16"))[0] == doctor.read(text.encode())[0]
