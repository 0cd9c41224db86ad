"""Logs that Keras and TensorFlow write themselves, compared with the history that Keras returns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import doctor

pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[float]]]:
    import keras

    folder = tmp_path_factory.mktemp("keras")
    x = np.random.default_rng(0).random((60, 4)).astype("float32")
    layers = [keras.Input((4,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    callbacks = [
        keras.callbacks.CSVLogger(str(folder / "log.csv")),
        keras.callbacks.CSVLogger(str(folder / "semicolon.csv"), separator=";"),
        keras.callbacks.TensorBoard(str(folder / "board")),
    ]
    history = model.fit(
        x, (x[:, 0] > 0.5).astype("float32"), validation_split=0.3, epochs=4, verbose=0, callbacks=callbacks
    )
    (folder / "history.json").write_text(json.dumps(history.history))
    return folder, history.history


@pytest.mark.parametrize("name", ["log.csv", "semicolon.csv", "history.json", "board"])
def test_what_keras_wrote_is_what_keras_returned(logs: tuple[Path, dict[str, list[float]]], name: str) -> None:
    folder, expected = logs

    history, _ = doctor.read(folder / name)

    assert set(history) == set(expected)
    for column, values in expected.items():
        assert history[column] == pytest.approx(values, rel=1e-6)


def test_the_bytes_of_a_log_are_read_like_the_file(logs: tuple[Path, dict[str, list[float]]]) -> None:
    folder, _ = logs

    assert doctor.read((folder / "log.csv").read_bytes()) == doctor.read(folder / "log.csv")


def test_one_event_file_alone_holds_the_training_curves(logs: tuple[Path, dict[str, list[float]]]) -> None:
    folder, expected = logs
    (file,) = (folder / "board" / "train").glob("*tfevents*")

    history, _ = doctor.read(file.read_bytes())

    assert history == {
        "loss": pytest.approx(expected["loss"], rel=1e-6),
        "accuracy": pytest.approx(expected["accuracy"], rel=1e-6),
    }


def test_a_flipped_bit_in_an_event_file_is_noticed(logs: tuple[Path, dict[str, list[float]]]) -> None:
    folder, _ = logs
    (file,) = (folder / "board" / "train").glob("*tfevents*")
    data = bytearray(file.read_bytes())
    data[-20] ^= 1

    with pytest.raises(doctor.HistoryError, match="checksum"):
        doctor.read(bytes(data))


def test_an_event_file_cut_short_is_read_as_far_as_it_goes(logs: tuple[Path, dict[str, list[float]]]) -> None:
    folder, expected = logs
    (file,) = (folder / "board" / "train").glob("*tfevents*")

    history, _ = doctor.read(file.read_bytes()[:-30])

    assert history["loss"] == pytest.approx(expected["loss"][: len(history["loss"])], rel=1e-6)
    assert len(history["loss"]) >= 3


def test_older_scalars_and_both_number_types_are_read(tmp_path: Path) -> None:
    import tensorflow as tf
    from tensorflow.core.framework import summary_pb2
    from tensorflow.core.util import event_pb2

    path = tmp_path / "events.out.tfevents.1"
    with tf.io.TFRecordWriter(str(path)) as writer:
        for step, dtype in enumerate([tf.float32, tf.float64, tf.float32]):
            value = summary_pb2.Summary.Value
            tensor = tf.make_tensor_proto(0.25 * step, dtype)
            summary = summary_pb2.Summary(
                value=[value(tag="loss/train", simple_value=1.5 - step), value(tag="loss/val", tensor=tensor)]
            )
            writer.write(event_pb2.Event(step=step, summary=summary).SerializeToString())

    history, _ = doctor.read(path)

    assert history["loss"] == [1.5, 0.5, -0.5]
    assert history["val_loss"] == [0.0, 0.25, 0.5]
