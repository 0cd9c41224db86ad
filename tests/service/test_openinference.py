"""The Open Inference Protocol, by hand over the wire; test_triton.py speaks it with a real client."""

import base64
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from artifact.network import Scores
from service.openinference import outputs
from tests.service.networks import expected
from tests.service.pictures import picture
from tests.service.publishing import publish

INFER = "/v2/models/default/infer"
PIXELS = np.random.default_rng(5).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)


def as_json(pixels: np.ndarray, data: Any = None, **more: Any) -> dict[str, Any]:
    values = pixels.ravel().tolist() if data is None else data
    return {"inputs": [{"name": "image", "datatype": "UINT8", "shape": list(pixels.shape), "data": values}], **more}


def as_binary(header: dict[str, Any], binary: bytes) -> dict[str, Any]:
    text = json.dumps(header).encode()
    return {"data": text + binary, "headers": {"Inference-Header-Content-Length": str(len(text))}}


def files_header(count: int, size: int) -> dict[str, Any]:
    tensor = {"name": "image_bytes", "datatype": "BYTES", "shape": [count], "parameters": {"binary_data_size": size}}
    return {"inputs": [tensor]}


def by_name(answer: dict[str, Any]) -> dict[str, Any]:
    return {output["name"]: output for output in answer["outputs"]}


@pytest.mark.parametrize("nested", [False, True])
def test_pixels_in_json_give_every_output_computed_by_hand(client: FlaskClient, nested: bool) -> None:
    answer = client.post(INFER, json=as_json(PIXELS, PIXELS.tolist() if nested else None, id="seven")).get_json()
    outputs = by_name(answer)
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("default", "1", "seven")
    by_hand = [expected(image) for image in PIXELS]
    assert outputs["logit"]["data"] == pytest.approx([logit for logit, _ in by_hand], abs=1e-4)
    assert outputs["novelty"]["data"] == pytest.approx([novelty for _, novelty in by_hand], abs=1e-5)
    assert outputs["evidence"]["shape"] == [3, 8, 8]
    assert np.reshape(outputs["evidence"]["data"], (3, 64)).mean(1) == pytest.approx(outputs["logit"]["data"], abs=1e-4)
    assert outputs["label"]["data"] == ["bright" if logit >= 0 else "dark" for logit, _ in by_hand]
    assert outputs["uncertain"]["datatype"] == "BOOL"


def test_binary_pixels_and_binary_outputs(client: FlaskClient) -> None:
    tensor: dict[str, Any] = {"name": "image", "datatype": "UINT8", "shape": list(PIXELS.shape)}
    tensor["parameters"] = {"binary_data_size": PIXELS.size}
    asked = [
        {"name": "logit", "parameters": {"binary_data": True}},
        {"name": "label", "parameters": {"binary_data": True}},
    ]
    answer = client.post(INFER, **as_binary({"inputs": [tensor], "outputs": asked}, PIXELS.tobytes()))
    length = int(answer.headers["Inference-Header-Content-Length"])
    header, binary = json.loads(answer.data[:length]), answer.data[length:]
    assert header["outputs"][0]["parameters"]["binary_data_size"] == 12
    assert struct.unpack("<3f", binary[:12]) == pytest.approx([expected(image)[0] for image in PIXELS], abs=1e-4)
    (first,) = struct.unpack_from("<I", binary, 12)
    assert binary[16 : 16 + first].decode() in ("bright", "dark")


def test_image_files_as_binary_bytes_and_as_base64_agree_with_predict(client: FlaskClient) -> None:
    files = [picture(30), picture(220, kind="JPEG")]
    packed = b"".join(struct.pack("<I", len(file)) + file for file in files)
    binary = client.post(INFER, **as_binary(files_header(2, len(packed)), packed)).get_json()
    tensor = {"name": "image_bytes", "datatype": "BYTES", "shape": [2, 1]}
    tensor["data"] = [[base64.b64encode(file).decode()] for file in files]
    in_json = client.post(INFER, json={"inputs": [tensor]}).get_json()
    one_by_one = [client.post("/predict", data=file).get_json()["predictions"][0]["probability"] for file in files]
    assert by_name(binary)["probability"]["data"] == pytest.approx(one_by_one, abs=1e-6)
    assert by_name(in_json)["probability"]["data"] == pytest.approx(one_by_one, abs=1e-6)


def test_versions_have_their_own_addresses(models: Path, make_client: Callable[..., FlaskClient]) -> None:
    publish(models, gain=2.0, novelty=False, evidence=False)
    client = make_client()
    assert client.get("/v2/models/default").get_json()["versions"] == ["1", "2"]
    old = client.get("/v2/models/default/versions/1").get_json()
    new = client.get("/v2/models/default/versions/2").get_json()
    assert {output["name"] for output in old["outputs"]} - {output["name"] for output in new["outputs"]} == {
        "novelty",
        "evidence",
    }
    assert client.get("/v2/models/default/versions/1/ready").get_json()["version"] == "1"
    answer = client.post("/v2/models/default/versions/1/infer", json=as_json(PIXELS)).get_json()
    assert answer["model_version"] == "1"


def test_health_and_metadata(client: FlaskClient) -> None:
    assert client.get("/v2/health/live").get_json() == {"live": True}
    assert client.get("/v2/health/ready").status_code == 200
    assert "binary_tensor_data" in client.get("/v2").get_json()["extensions"]
    inputs = {tensor["name"]: tensor for tensor in client.get("/v2/models/default").get_json()["inputs"]}
    assert inputs["image"]["shape"] == [-1, 8, 8, 3]


def test_without_a_model_it_is_live_and_not_ready(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client()
    assert client.get("/v2/health/live").status_code == 200
    assert client.get("/v2/health/ready").status_code == 503
    assert client.get("/v2/models/default/ready").status_code == 503


def changed(**tensor: Any) -> dict[str, Any]:
    return {"inputs": [{**as_json(PIXELS)["inputs"][0], **tensor}]}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "malformed_request"),
        ([], 400, "malformed_request"),
        ({"inputs": {}}, 400, "malformed_request"),
        ({"inputs": [1]}, 422, "wrong_input"),
        ({"inputs": [*changed()["inputs"], *changed()["inputs"]]}, 422, "wrong_input"),
        (changed(name="picture"), 422, "wrong_input"),
        (changed(datatype="FP32"), 422, "wrong_input"),
        (changed(shape=[3, 8, 8]), 422, "wrong_input"),
        (changed(shape=[1, 8, 8, 3]), 422, "wrong_input"),
        (changed(shape=[3, 8, 8, -3]), 400, "malformed_request"),
        (changed(shape=[3, 8, 8, 3.0]), 400, "malformed_request"),
        (changed(shape=[2**40, 8, 8, 3]), 400, "malformed_request"),
        (changed(shape=[33, 8, 8, 3]), 413, "too_many_images"),
        (changed(shape=None), 400, "malformed_request"),
        (changed(data=[256] * 576), 422, "wrong_input"),
        (changed(data=[-1] * 576), 422, "wrong_input"),
        (changed(data=[0.5] * 576), 422, "wrong_input"),
        (changed(data=[None] * 576), 422, "wrong_input"),
        (changed(data=["x"] * 576), 400, "malformed_request"),
        (changed(data=[[1], [1, 2]]), 400, "malformed_request"),
        (changed(data=[10**400]), 400, "malformed_request"),
        (changed(data={"a": 1}), 400, "malformed_request"),
        (changed(data=None), 422, "wrong_input"),
        (changed(parameters={"binary_data_size": 576}), 400, "malformed_request"),
        (changed(parameters={"binary_data_size": "9"}), 400, "malformed_request"),
        (changed(name="image_bytes", datatype="BYTES", shape=[1], data=["%"]), 422, "wrong_input"),
        (changed(name="image_bytes", datatype="BYTES", shape=[1], data=[7]), 422, "wrong_input"),
        (changed(name="image_bytes", datatype="BYTES", shape=[2], data=[""]), 422, "wrong_input"),
        (changed(name="image_bytes", datatype="BYTES", shape=[1, 2], data=["", ""]), 422, "wrong_input"),
        (changed(name="image_bytes", datatype="BYTES", shape=[1], data=[""]), 400, "empty"),
        (changed(name="image_bytes", datatype="BYTES", shape=[1], data=["aGk="]), 415, "not_an_image"),
        ({**changed(), "outputs": [{"name": "secret"}]}, 422, "no_such_output"),
        ({**changed(), "outputs": ["logit"]}, 400, "malformed_request"),
    ],
)
def test_a_bad_request_says_what_was_expected(client: FlaskClient, body: Any, status: int, code: str) -> None:
    answer = client.post(INFER, json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["error"]


@pytest.mark.parametrize("length", ["-1", "x", "999999", "9" * 50, "²"])
def test_a_header_length_outside_the_body_is_400(client: FlaskClient, length: str) -> None:
    answer = client.post(INFER, data=b"{}", headers={"Inference-Header-Content-Length": length})
    assert answer.status_code == 400


@pytest.mark.parametrize("binary", [b"\x05\0\0\0abc", b"\x05\0", b"\xff\xff\xff\xff"])
def test_a_bytes_tensor_that_ends_early_is_400(client: FlaskClient, binary: bytes) -> None:
    answer = client.post(INFER, **as_binary(files_header(1, len(binary)), binary))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed_request")


def test_a_novelty_that_is_no_number_is_null() -> None:
    scores = Scores(np.zeros(2, np.float32), np.array([1.5, np.nan], np.float32), None)
    (tensor,), parts = outputs.describe([outputs.Wanted("novelty", False)], scores, [])
    assert tensor["data"] == [1.5, None]
    assert not parts


def test_json_that_would_fill_the_memory_is_counted_first(client: FlaskClient) -> None:
    for body in (b'{"inputs":[' + b"[]," * 200_000 + b"[]]}", b'{"inputs":[' + b'"",' * 200_000 + b'""]}'):
        answer = client.post(INFER, data=body)
        assert (answer.status_code, answer.get_json()["code"]) == (413, "too_many_elements")


# The requests of kserve 0.21.0's InferenceRESTClient (RESTConfig(protocol="v2"), over httpx), as seen on the wire.
KSERVE = {"accept": "*/*", "accept-encoding": "gzip, deflate", "connection": "keep-alive"}


@pytest.mark.parametrize("path", ["health/ready", "health/live", "models/default/ready", "models/default"])
def test_what_kserves_client_asks_before_it_infers_is_a_success(client: FlaskClient, path: str) -> None:
    assert client.get(f"/v2/{path}", headers=KSERVE).status_code == 200


@pytest.mark.parametrize("binary_outputs", [False, True])
def test_kserves_client_with_binary_data_has_its_file_answered(client: FlaskClient, binary_outputs: bool) -> None:
    file = picture(200)
    more = ',"parameters":{"binary_data_output":true}' if binary_outputs else ""
    header = (
        '{"id":"seven","model_name":"default","inputs":[{"name":"image_bytes","shape":[1],"datatype":"BYTES",'
        f'"parameters":{{"binary_data_size":{len(file) + 4}}}}}]{more}}}'
    ).encode()
    kinds = {"inference-header-content-length": str(len(header)), "content-type": "application/octet-stream"}
    answer = client.post(INFER, data=header + struct.pack("<I", len(file)) + file, headers={**KSERVE, **kinds})
    assert answer.status_code == 200
    # as its InferResponse.from_bytes reads: JSON up to the header's length, or all of it, and then the outputs in order
    length = int(answer.headers.get("inference-header-content-length", len(answer.data)))
    described, rest = json.loads(answer.data[:length]), answer.data[length:]
    label, found = by_name(described)["label"], "bright"
    if binary_outputs:
        assert rest[: label["parameters"]["binary_data_size"]] == struct.pack("<I", len(found)) + found.encode()
    else:
        assert (label["data"], rest) == ([found], b"")
    assert (label["datatype"], label["shape"], described["id"]) == ("BYTES", [1], "seven")


def test_kserves_client_without_binary_data_sends_base64(client: FlaskClient) -> None:
    data = base64.b64encode(picture(200)).decode()
    body = (
        '{"id":"seven","model_name":"default","inputs":[{"name":"image_bytes","shape":[1],"datatype":"BYTES",'
        f'"data":["{data}"]}}]}}'
    )
    answer = client.post(INFER, data=body, headers={**KSERVE, "content-type": "application/json"}).get_json()
    assert by_name(answer)["label"]["data"] == ["bright"]
