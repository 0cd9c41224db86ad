"""From the images that training saw to the answers that the service gives over HTTP, with the committed model."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from artifact import store
from service import Settings, create_app
from tests.there import there
from training.reading import example

MODELS = Path(__file__).parents[1] / "models"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(models=MODELS)).test_client()


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return store.read(MODELS, "default").report()


def test_a_clone_serves_at_once(client: FlaskClient) -> None:
    ready = client.get("/ready")
    assert ready.status_code == 200, ready.get_json()


def test_http_gives_the_probability_that_training_recorded_for_the_same_file(
    client: FlaskClient, report: dict[str, Any]
) -> None:
    """There is no training/serving skew: every image of the example, from its bytes to its probability."""
    files = {entry.file: entry.read() for entry in example.find()}
    recorded = {row["file"]: row for row in report["recorded"]}
    assert files.keys() == recorded.keys()
    for name, data in files.items():
        reply = client.post("/predict", data=data, content_type="image/png")
        assert reply.status_code == 200
        (answer,) = reply.get_json()["predictions"]
        assert answer["probability"] == pytest.approx(recorded[name]["probability"], abs=1e-5)
        assert answer["label"] == recorded[name]["label"]
        assert answer["uncertain"] == recorded[name]["uncertain"]
        assert answer["unfamiliar"] == recorded[name]["unfamiliar"]


def test_the_committed_model_is_compact_and_its_report_whole(report: dict[str, Any]) -> None:
    published = store.read(MODELS, "default")
    assert len(published.model) <= 5_000_000
    assert report["model"] == {"name": "default", "version": published.card.version}
    assert report["data"]["n_train"] == 35
    assert report["data"]["n_test"] == 10
    for fold in report["training"]["folds"]:
        lengths = {len(values) for values in fold["epochs"].values()}
        assert len(lengths) == 1
        assert {"loss", "accuracy", "val_loss", "val_accuracy"} == fold["epochs"].keys()
    low, value, high = (report["estimate"]["accuracy"][key] for key in ("low", "value", "high"))
    assert 0 <= low <= value <= high <= 1
    json.dumps(report, allow_nan=False)


def test_the_picture_to_try_it_with_is_of_the_kind_that_the_shipped_model_knows(client: FlaskClient) -> None:
    """The model has seen faces of 25 x 25 gray pixels; a sharp colour photograph is rightly unlike them."""
    example = (Path(__file__).parents[1] / "service" / "static" / "example.jpg").read_bytes()
    answer = there(client.post("/predict", data=example).json)["predictions"][0]
    assert answer["label"] == "face"
    assert not answer["uncertain"]
    assert not answer["unfamiliar"]
