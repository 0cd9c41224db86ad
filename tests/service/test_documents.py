"""JSON with images as clients of other services write it, and what a body asks for beside its images."""

import base64
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import create_app
from service.settings import Settings
from tests.service.pictures import picture
from tests.service.publishing import publish

TEXT = base64.b64encode(picture()).decode()
URL = f"data:image/png;base64,{TEXT}"
SHAPES: dict[str, Any] = {
    "one image": {"image": TEXT},
    "one image as a data URL": {"image": URL},
    "a file by itself": {"file": TEXT},
    "a list of one field": {"photo": [TEXT]},
    "images without a list": {"images": TEXT},
    "the text alone": TEXT,
    "a list alone": [TEXT],
    "TensorFlow Serving's": {"signature_name": "serving_default", "instances": [{"b64": TEXT}]},
    "TensorFlow Serving's by name": {"instances": [{"image_bytes": {"b64": TEXT}}]},
    "TensorFlow Serving's columns": {"inputs": {"image_bytes": [{"b64": TEXT}]}},
    "Vertex AI's": {"instances": [{"content": TEXT}], "parameters": {"confidenceThreshold": 0.5}},
    "TorchServe's": {"instances": [{"data": TEXT}]},
    "Hugging Face's": {"inputs": TEXT, "parameters": {"top_k": 2}},
    "Cloud Vision's": {"requests": [{"image": {"content": TEXT}, "features": [{"type": "LABEL_DETECTION"}]}]},
    "Roboflow's": {"image": {"type": "base64", "value": TEXT}},
    "Gradio's": {"data": [URL]},
    "OpenAI's": {"image_url": {"url": URL}},
    "a client's that sends every field it knows": {"image": TEXT, "file": None, "images": [], "url": ""},
    "TensorFlow Serving's by a name of its own": {"instances": [{"input_bytes": {"b64": TEXT}}]},
    "a data URL in capitals": {"image": URL.replace("data:image/png;base64", "DATA:image/png;BASE64")},
    "a data URL with a name": {"image": URL.replace(";base64", ";name=my%20photo%20(1).png;base64")},
    "a data URL as an address has it": {"image": URL.replace("=", "%3D").replace("+", "%2B")},
    "a name beside it": {"images": [{"filename": "a.png", "data": TEXT}]},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    models = tmp_path_factory.mktemp("documents") / "models"
    publish(models)
    return create_app(Settings(models=models)).test_client()


@pytest.mark.parametrize("document", SHAPES.values(), ids=SHAPES)
def test_the_image_is_found_where_other_services_have_it(served: FlaskClient, document: Any) -> None:
    answer = served.post("/predict", json=document)
    assert [one["label"] for one in answer.get_json()["predictions"]] == ["bright"]


@pytest.mark.parametrize("document", [SHAPES["a name beside it"], {"image": TEXT, "filename": "a.png"}])
def test_the_name_beside_an_image_is_repeated(served: FlaskClient, document: Any) -> None:
    answer = served.post("/predict", json=document)
    assert answer.get_json()["predictions"][0]["filename"] == "a.png"


@pytest.mark.parametrize("wrap", [str, lambda text: {"b64": text}, lambda text: {"filename": "a", "data": text}])
def test_as_many_data_urls_are_read_as_images(served: FlaskClient, wrap: Any) -> None:
    answer = served.post("/predict", json={"images": [wrap(URL)] * 32})
    assert len(answer.get_json()["predictions"]) == 32
    refused = served.post("/predict", json={"images": [wrap(URL)] * 33})
    assert (refused.status_code, refused.get_json()["code"]) == (413, "too_many_images")


@pytest.mark.parametrize(
    "document",
    [
        {"instances": [[[[0, 128, 255]] * 2] * 2]},
        {"instances": [[[[0, 128, 255]] * 64] * 64]},
        {"image": list(picture())},
        {"image": {str(at): byte for at, byte in enumerate(picture() * 2)}},  # a Uint8Array
        {"image": {"type": "Buffer", "data": list(picture() * 2)}},  # a Buffer of Node
    ],
)
def test_numbers_hear_that_base64_was_expected(served: FlaskClient, document: Any) -> None:
    answer = served.post("/predict", json=document)
    assert answer.status_code in (413, 422)
    assert "Numbers are not read here, but the base64 of a file's bytes" in answer.get_json()["detail"]
    assert "Pixels go to /v2/models/NAME/infer" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"image": str(base64.b64encode(picture()))}, ".decode() gives the base64 alone"),
        (json.dumps({"image": TEXT}), "JSON inside a string"),
    ],
)
def test_text_that_was_encoded_once_too_often_is_called_that(served: FlaskClient, document: Any, said: str) -> None:
    answer = served.post("/predict", json=document)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_base64")
    assert said in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"image": 5}, "image is 5"),
        ({"image": {"S3Object": {"Name": "a"}}}, "image is an object with S3Object"),
        ({"requests": [{"image": {"source": "a", "x": 1}}]}, "an object whose image is an object with source, x"),
        ({"images": [None]}, "An image is null; the base64"),
        ({"images": [[TEXT, TEXT]]}, "An image is a list of 2; the base64 of an image file was expected."),
        ({"image": "photos/IMG_1.JPG"}, "is the name of a file"),
        ({"image": "[object File]"}, "JavaScript's text of an object"),
        (f'{{"image": "{TEXT}", "image": "{TEXT}"}}', 'has "image" more than once'),
    ],
)
def test_what_stands_in_place_of_an_image_is_named(served: FlaskClient, document: Any, said: str) -> None:
    answer = served.post("/predict", data=document if isinstance(document, str) else json.dumps(document))
    assert answer.status_code in (400, 422)
    assert said in answer.get_json()["detail"]
    assert "Numbers" not in answer.get_json()["detail"]


@pytest.mark.parametrize("asked", [{"model": "bees"}, {"version": 7}, {"explain": "heatmap"}, {"explain": True}])
@pytest.mark.parametrize("as_form", [False, True])
def test_what_a_body_asks_for_is_never_left_aside(served: FlaskClient, asked: dict[str, Any], as_form: bool) -> None:
    body = {"image": TEXT, **asked}
    answer = served.post("/predict", data=body) if as_form else served.post("/predict", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_parameter")
    assert f"/predict?{next(iter(asked))}=" in answer.get_json()["detail"]


def test_a_body_may_repeat_what_answers(served: FlaskClient) -> None:
    identity = served.post("/predict", json={"image": TEXT}).get_json()["model"]
    body = {"image": TEXT, "model": identity["name"], "version": identity["version"], "explain": False}
    answer = served.post("/predict", data=json.dumps(body))
    assert answer.get_json()["model"] == identity


@pytest.mark.parametrize("name", ["photo", "picture", "upload", "img", "photos[]", "uploads"])
def test_a_file_is_read_from_a_field_that_can_only_mean_it(served: FlaskClient, name: str) -> None:
    answer = served.post("/predict", data={name: (io.BytesIO(picture()), "a.png")})
    assert [one["filename"] for one in answer.get_json()["predictions"]] == ["a.png"]
