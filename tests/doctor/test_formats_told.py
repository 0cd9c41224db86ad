"""Which reader is sure of which log, and what is said of what none of them reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import doctor
from doctor.readers import READERS
from doctor.readers.base import SURE
from doctor.readers.source import Source
from tests.doctor.test_formats import LOSS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x80\x04\x95", ("pickle", "json.dump")),
        (b"PK\x03\x04xx", ("zip", "Unpack")),
        (b"\x89PNG\r\n\x1a\n", ("picture",)),
        (b"\x89HDF\r\n", ("HDF5", "json.dump")),
        (b"PAR1xx", ("Parquet", "to_csv")),
    ],
)
def test_what_is_not_read_is_named_with_the_way_to_what_is(data: bytes, words: tuple[str, ...]) -> None:
    with pytest.raises(doctor.HistoryError) as error:
        doctor.read(data)

    assert all(word in str(error.value) for word in words)


def test_an_aim_repository_is_named(tmp_path: Path) -> None:
    (tmp_path / ".aim").mkdir()

    with pytest.raises(doctor.HistoryError, match=r"Aim repository.*Export it"):
        doctor.read(tmp_path)


SAMPLES = {
    "boosting": json.dumps({"train": {"logloss": LOSS}}),
    "clearml": json.dumps([{"metric": "loss", "variant": "train", "iter": 0, "value": 1}]),
    "sacred": json.dumps({"loss": {"steps": [0], "values": [1.0], "timestamps": [""]}}),
    "sklearn": json.dumps(LOSS),
    "spacy": '{"epoch":0,"step":0,"losses":{"a":0.2},"scores":{},"score":0.8}\n',
    "fastai": "epoch,train_loss,valid_loss,accuracy,time\n",
    "mmengine": '{"lr": 0.1, "data_time": 0.1, "loss": 0.5, "time": 0.1, "epoch": 1, "step": 1}\n{"step": 1}\n',
    "ludwig": json.dumps({"training": {"combined": {"loss": LOSS}}}),
    "ultralytics": "epoch,train/loss,val/loss,lr/pg0\n",
    "long": "epoch,value,metric\n",
    "notebook": json.dumps({"cells": [], "nbformat": 4}),
    "trainer_state": json.dumps({"log_history": []}),
    "mlflow": "1795857300889 0.46875 0\n",
    "wandb": ":W&B",
}


@pytest.mark.parametrize("format", SAMPLES)
def test_only_one_reader_is_sure_of_a_log(format: str) -> None:
    source = Source.of(SAMPLES[format].encode())

    assert [reader.name for reader in READERS if reader.recognises(source) == SURE] == [format]
