"""An existing client of the Open Inference Protocol talks to the service without any change."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from service import Settings, create_app
from tests.service.networks import expected
from tests.service.photos import photo
from tests.service.pictures import picture

triton = pytest.importorskip("tritonclient.http", reason="tritonclient[http] is not installed")
PIXELS = np.random.default_rng(6).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)


@pytest.fixture
def client(models: Path) -> Iterator[Any]:
    server = make_server("127.0.0.1", 0, create_app(Settings(models=models)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    client = triton.InferenceServerClient(f"127.0.0.1:{server.server_port}")
    yield client
    client.close()
    server.shutdown()
    thread.join()


@pytest.fixture
def flask_client(models: Path) -> FlaskClient:
    return create_app(Settings(models=models)).test_client()


def test_health_and_metadata(client: Any) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("default")
    assert client.is_model_ready("default", "1")
    assert not client.is_model_ready("absent")
    assert client.get_server_metadata()["name"] == "thirtyfive"
    assert client.get_model_metadata("default")["inputs"][0]["datatype"] == "UINT8"


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_pixels(client: Any, binary_in: bool, binary_out: bool) -> None:
    image = triton.InferInput("image", list(PIXELS.shape), "UINT8")
    image.set_data_from_numpy(PIXELS, binary_data=binary_in)
    asked = [
        triton.InferRequestedOutput(name, binary_data=binary_out)
        for name in ("logit", "evidence", "label", "uncertain")
    ]
    result = client.infer("default", [image], outputs=asked)
    logits = [expected(one)[0] for one in PIXELS]
    assert result.as_numpy("logit") == pytest.approx(logits, abs=1e-4)
    assert result.as_numpy("evidence").shape == (4, 8, 8)
    labels = [label.decode() if isinstance(label, bytes) else label for label in result.as_numpy("label")]
    assert labels == ["bright" if logit >= 0 else "dark" for logit in logits]
    assert result.as_numpy("uncertain").dtype == np.bool_


def test_image_files(client: Any) -> None:
    files = np.array([picture(0), picture(255)], dtype=np.object_)
    images = triton.InferInput("image_bytes", [2], "BYTES")
    images.set_data_from_numpy(files)
    result = client.infer("default", [images], model_version="1", request_id="r1")
    assert result.get_response()["id"] == "r1"
    assert [bytes(label) for label in result.as_numpy("label")] == [b"dark", b"bright"]


def test_an_error_reaches_the_client_as_its_message(client: Any) -> None:
    images = triton.InferInput("image_bytes", [1], "BYTES")
    images.set_data_from_numpy(np.array([b"no image"], dtype=np.object_))
    with pytest.raises(triton.InferenceServerException, match="not an image that is read here"):
        client.infer("default", [images])


def test_a_raw_binary_request_is_one_file_and_its_answer_is_what_the_client_parses(flask_client: FlaskClient) -> None:
    file = photo((80, 60))
    answer = flask_client.post("/v2/models/default/infer", data=file, headers={"Inference-Header-Content-Length": "0"})
    assert answer.status_code == 200
    length = int(answer.headers["Inference-Header-Content-Length"])
    result = triton.InferenceServerClient.parse_response_body(answer.data, header_length=length)
    (expected,) = flask_client.post("/predict", data=file).get_json()["predictions"]
    assert result.as_numpy("probability") == pytest.approx([expected["probability"]], abs=1e-6)
    assert result.as_numpy("label").tolist() == [expected["label"].encode()]
    assert result.as_numpy("evidence").shape == (1, 8, 8)
    assert all("binary_data_size" in output["parameters"] for output in result.get_response()["outputs"])


@pytest.mark.parametrize(("body", "status", "code"), [(b"", 400, "empty"), (b"hello", 415, "not_an_image")])
def test_a_raw_binary_request_without_an_image_hears_why(
    flask_client: FlaskClient, body: bytes, status: int, code: str
) -> None:
    headers = {"Inference-Header-Content-Length": "0"}
    answer = flask_client.post("/v2/models/default/versions/1/infer", data=body, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
