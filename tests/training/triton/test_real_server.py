"""The repository on a real Triton: the service's answers, over HTTP and gRPC."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http

from artifact import golden, store
from service import Settings, create_app
from tests.service.pictures import picture
from tests.training.triton.real_server import Triton, serving, skip_where_there_is_none
from training.triton import repository

ROOT = Path(__file__).parents[3]
CLIENTS = {"http": tritonclient.http, "grpc": tritonclient.grpc}
GOOD = [*golden.draw()[:3], (ROOT / "service/static/example.jpg").read_bytes(), picture(0), picture(255, kind="JPEG")]


@pytest.fixture(scope="module")
def triton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triton]:
    skip_where_there_is_none()
    scratch = tmp_path_factory.mktemp("triton")
    published = store.read(ROOT / "models", "default")
    repository.write(published, scratch / "repository", decoders=2, backend="python")
    with serving(scratch / "repository", scratch) as server:
        yield server


@pytest.fixture(params=CLIENTS)
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(triton: Triton, protocol: str, files: list[bytes]) -> Any:
    library: ModuleType = CLIENTS[protocol]
    images = library.InferInput("image_bytes", [len(files), 1], "BYTES")
    images.set_data_from_numpy(np.array(files, np.object_).reshape(-1, 1))
    return library.InferenceServerClient(getattr(triton, protocol)).infer("default", [images])


def predict(file: bytes) -> dict[str, Any]:
    answer = create_app(Settings(models=ROOT / "models")).test_client().post("/predict", data=file).get_json()
    return dict(answer["predictions"][0]) if "predictions" in answer else dict(answer)


def assert_answers(found: Any, expected: list[dict[str, Any]]) -> None:
    assert [label.decode() for label in found.as_numpy("label")[:, 0]] == [one["label"] for one in expected]
    for name in ("uncertain", "unfamiliar"):
        assert found.as_numpy(name)[:, 0].tolist() == [one[name] for one in expected]
    probabilities = np.array([list(one["probabilities"].values()) for one in expected])
    np.testing.assert_allclose(found.as_numpy("probabilities"), probabilities, rtol=0, atol=1e-5)
    by_label = np.array([[one["probability"]] for one in expected])
    np.testing.assert_allclose(found.as_numpy("probability"), by_label, rtol=0, atol=1e-5)


def test_it_answers_as_the_service_does(triton: Triton, protocol: str) -> None:
    assert_answers(ask(triton, protocol, GOOD), [predict(file) for file in GOOD])


def test_bad_images_among_good_ones_get_the_services_error_and_the_others_their_answers(
    triton: Triton, protocol: str
) -> None:
    files = [*GOOD, b"\x00\xffno image", b"", *GOOD, b"\xff\xd8\xff broken", *GOOD]
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, triton, protocol, [file]) for file in files]
    for file, request in zip(files, asked, strict=True):
        expected = predict(file)
        if "label" in expected:
            assert_answers(request.result(), [expected])
        else:
            with pytest.raises(tritonclient.utils.InferenceServerException) as refused:
                request.result()
            assert expected["detail"] in refused.value.message()


def test_its_metadata_are_those_of_the_services_v2(triton: Triton) -> None:
    found = tritonclient.http.InferenceServerClient(triton.http).get_model_metadata("default")
    described = create_app(Settings(models=ROOT / "models")).test_client().get("/v2/models/default").get_json()
    outputs = {one["name"]: one["datatype"] for one in found["outputs"]}
    assert outputs == {one["name"]: one["datatype"] for one in described["outputs"]} | {"probabilities": "FP32"}
    assert [(one["name"], one["datatype"]) for one in found["inputs"]] == [("image_bytes", "BYTES")]


def test_onnx_runtime_inside_it_leaves_nothing_in_the_home(triton: Triton) -> None:
    ask(triton, "http", GOOD[:1])
    assert [path for path in triton.home.rglob("*") if path.is_file()] == []
