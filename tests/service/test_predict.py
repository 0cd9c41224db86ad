import base64
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.service.networks import expected
from tests.service.pictures import picture, save
from tests.service.publishing import publish


def raw(client: FlaskClient, file: bytes, query: str = "") -> TestResponse:
    return client.post(f"/predict{query}", data=file, content_type="image/png")


def form(client: FlaskClient, files: list[tuple[bytes, str]], query: str = "") -> TestResponse:
    return client.post(f"/predict{query}", data={"image": [(io.BytesIO(data), name) for data, name in files]})


def encoded(client: FlaskClient, files: list[bytes], query: str = "") -> TestResponse:
    return client.post(f"/predict{query}", json={"images": [base64.b64encode(file).decode() for file in files]})


def probability(level: int) -> float:
    logit, _ = expected(np.full((1, 1, 3), level, np.uint8))
    return 1 / (1 + math.exp(-logit))


@pytest.mark.parametrize("level", [0, 90, 128, 200, 255])
def test_three_forms_give_the_answer_computed_by_hand(client: FlaskClient, level: int) -> None:
    file = picture(level)
    for answer in (raw(client, file), form(client, [(file, "a.png")]), encoded(client, [file])):
        body = answer.get_json()
        assert answer.status_code == 200
        assert body["model"] == {"name": "default", "version": "1"}
        (prediction,) = body["predictions"]
        assert prediction["probability"] == pytest.approx(probability(level), abs=1e-5)
        assert prediction["label"] == ("bright" if level >= 128 else "dark")
        assert prediction["probabilities"]["bright"] == prediction["probability"]
        assert sum(prediction["probabilities"].values()) == pytest.approx(1)
        assert prediction["uncertain"] == (0.4 < probability(level) < 0.6)
        assert prediction["unfamiliar"] is False


def test_an_unfamiliar_image_is_said_to_be_so(client: FlaskClient) -> None:
    halves = np.zeros((40, 40, 3), np.uint8)
    halves[20:] = 255
    (prediction,) = raw(client, save(Image.fromarray(halves))).get_json()["predictions"]
    assert prediction["unfamiliar"] is True
    assert "unlike the training images" in prediction["reason"]


def test_several_images_are_answered_in_their_order_and_more_than_one_run_holds(
    models: Path, make_client: Callable[..., FlaskClient]
) -> None:
    levels = [250, 0, 130, 60, 200]
    files = [(picture(level), f"{level}.png") for level in levels]
    predictions = form(make_client(batch=2), files).get_json()["predictions"]
    assert [p["filename"] for p in predictions] == [f"{level}.png" for level in levels]
    assert [p["probability"] for p in predictions] == pytest.approx([probability(n) for n in levels], abs=1e-5)


def test_one_bad_image_does_not_sink_the_others(client: FlaskClient) -> None:
    answer = form(client, [(picture(), "good.png"), (b"no image", "bad.png"), (picture(0), "dark.png")])
    good, bad, dark = answer.get_json()["predictions"]
    assert answer.status_code == 200
    assert (good["label"], dark["label"]) == ("bright", "dark")
    assert bad["code"] == "not_an_image"
    assert bad["filename"] == "bad.png"
    assert "label" not in bad


def test_a_data_url_is_read_as_its_image(client: FlaskClient) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture(255)).decode()
    answer = client.post("/predict", json={"images": [url]})
    assert answer.get_json()["predictions"][0]["label"] == "bright"


@pytest.mark.parametrize(
    ("query", "meant"),
    [("modle=bees", "model"), ("model=default&verison=1", "version"), ("exlpain=heatmap", "explain")],
)
def test_a_misspelt_parameter_is_named_and_no_other_model_answers(client: FlaskClient, query: str, meant: str) -> None:
    answer = client.post(f"/predict?{query}", data=picture())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_parameter")
    assert f"Did you mean {meant}?" in answer.get_json()["detail"]
    assert client.post("/predict?utm_source=x&trace=1", data=picture()).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        ("GET", "/report?modle=bees", "model"),
        ("POST", "/diagnose?n-train=35", "n_train"),
        ("POST", "/diagnose?clases=3", "classes"),
    ],
)
def test_every_route_names_a_misspelt_parameter(client: FlaskClient, method: str, path: str, meant: str) -> None:
    answer = client.open(path, method=method, data=b"loss\n0.9\n0.8\n0.7\n" if method == "POST" else None)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_parameter")
    assert f"Did you mean {meant}?" in answer.get_json()["detail"]


def test_a_file_name_is_shown_without_folders_or_markup(client: FlaskClient) -> None:
    answer = form(client, [(picture(), "../../etc/<b>x</b>.png"), (picture(), "a/photo 1.png")])
    names = [p["filename"] for p in answer.get_json()["predictions"]]
    assert names == ["b_.png", "photo 1.png"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "image/png", 400, "empty"),
        (b"hello", "image/png", 415, "not_an_image"),
        (b"hello", "text/plain", 415, "not_an_image"),
        (picture()[:60], "image/png", 422, "unreadable"),
        (b"", "application/json", 400, "empty"),
        (b"{", "application/json", 400, "malformed_json"),
        (b"\xff\xfe{}", "application/json", 400, "malformed_json"),
        (b'{"images": NaN}', "application/json", 400, "malformed_json"),
        (b"[" * 40 + b"]" * 40, "application/json", 400, "no_image"),
        (b"[" * 100_000, "application/json", 413, "too_many_elements"),
        (b"[" + b"1," * 100_000 + b"1]", "application/json", 413, "too_many_elements"),
        (b"[]", "application/json", 400, "no_image"),
        (b'{"images": []}', "application/json", 400, "no_image"),
        (b'{"images": 1}', "application/json", 400, "no_image"),
        (b'{"images": "abc"}', "application/json", 415, "not_an_image"),
        (b'{"images": [1]}', "application/json", 422, "not_base64"),
        (b'{"images": ["%%%"]}', "application/json", 422, "not_base64"),
        (b'{"images": ["\xc3\xa9"]}', "application/json", 422, "not_base64"),
        (b'{"images": [""]}', "application/json", 400, "empty"),
        (b"no form", "multipart/form-data", 400, "no_image"),
        (b"no form", "multipart/form-data; boundary=x", 400, "no_image"),
    ],
)
def test_a_bad_body_gets_the_status_and_code_of_its_fault(
    client: FlaskClient, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.post("/predict", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_limits_are_named_in_the_answer(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(max_request_megabytes=1, max_pixels=1000, max_images=2)
    large = raw(client, b"x" * (1024**2 + 1))
    wide = raw(client, picture(size=(50, 21)))
    many = form(client, [(picture(), "a.png")] * 3)
    many_encoded = encoded(client, [picture()] * 3)
    assert (large.status_code, large.get_json()["code"], large.get_json()["limit"]) == (413, "too_many_bytes", 1024**2)
    assert [(a.status_code, a.get_json()["code"], a.get_json()["limit"]) for a in (wide, many, many_encoded)] == [
        (413, "too_many_pixels", 1000),
        (413, "too_many_images", 2),
        (413, "too_many_images", 2),
    ]


@pytest.mark.parametrize("kind", ["image/png", "application/json"])
def test_a_body_of_untold_length_is_read_no_further_than_the_limit(
    models: Path, make_client: Callable[..., FlaskClient], kind: str
) -> None:
    stream = io.BytesIO(b"x" * 3_000_000)
    builder = EnvironBuilder("/predict", method="POST", input_stream=stream, content_type=kind)
    environ = builder.get_environ() | {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    environ.pop("CONTENT_LENGTH", None)
    body, status, _ = run_wsgi_app(make_client(max_request_megabytes=1).application, environ)
    assert status.startswith("413")
    assert json.loads(b"".join(body))["limit"] == 1024**2
    assert stream.tell() < 2 * 1024**2


def test_a_form_of_too_many_parts_is_413(client: FlaskClient) -> None:
    answer = client.post("/predict", data={f"field{n}": "x" for n in range(300)}, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_many_parts")


def test_a_form_with_the_file_in_another_field_says_which_field_was_expected(client: FlaskClient) -> None:
    answer = client.post("/predict", data={"scan": (io.BytesIO(picture()), "a.png"), "note": "x"})
    assert answer.status_code == 400
    assert "image" in answer.get_json()["detail"]
    assert "note, scan" in answer.get_json()["detail"]


def test_without_a_model_the_answer_says_what_to_do(make_client: Callable[..., FlaskClient]) -> None:
    answer = raw(make_client(), picture())
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "no_model"
    assert "python -m training" in answer.get_json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("name", ["default", "other"])
def test_names_and_versions_are_answered_side_by_side(
    models: Path, make_client: Callable[..., FlaskClient], name: str
) -> None:
    publish(models, "other", gain=2.0)
    publish(models, "other", gain=4.0)
    client = make_client()
    by_version: dict[str, Any] = {
        version: raw(client, picture(200), f"?model=other&version={version}").get_json() for version in ("1", "2")
    }
    logit = {gain: expected(np.full((1, 1, 3), 200, np.uint8), gain)[0] for gain in (2.0, 4.0)}
    for version, gain in (("1", 2.0), ("2", 4.0)):
        assert by_version[version]["model"] == {"name": "other", "version": version}
        found = by_version[version]["predictions"][0]["probability"]
        assert found == pytest.approx(1 / (1 + math.exp(-logit[gain])), abs=1e-5)
    assert raw(client, picture(), f"?model={name}").get_json()["model"]["name"] == name


@pytest.mark.parametrize("query", ["?model=absent", "?version=7", "?model=absent&version=1"])
def test_a_model_that_is_not_there_is_404(client: FlaskClient, query: str) -> None:
    answer = raw(client, picture(), query)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_such_model")


@pytest.mark.parametrize("query", ["?model=../etc", "?version=0x1", "?version=", "?explain=yes", "?model=A"])
def test_a_malformed_parameter_is_422(client: FlaskClient, query: str) -> None:
    answer = raw(client, picture(), query)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_parameter")
