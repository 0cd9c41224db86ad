"""The HTTP contract holds on every engine: gunicorn and Ray Serve answer as the application itself does."""

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import EnvironBuilder

from service import Settings, create_app
from tests.service.photos import padded
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running, running_on_ray, until

LIMITS: dict[str, Any] = {"max_request_megabytes": 1, "max_pixels": 5000, "max_images": 3, "read_seconds": 1}
ENGINES: dict[str, Callable[..., AbstractContextManager[Running]]] = {"gunicorn": running, "ray": running_on_ray}


@dataclass(frozen=True)
class Sent:
    """A request, and the status and the code that its answer must have."""

    method: str
    path: str
    status: int
    code: str | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def form(*files: tuple[str, bytes], field: str = "image") -> tuple[bytes, dict[str, str]]:
    data = [(field, FileStorage(io.BytesIO(content), name)) for name, content in files]
    builder = EnvironBuilder("/", method="POST", data=dict([data[0]]) if len(data) == 1 else _many(data))
    environ = builder.get_environ()
    return environ["wsgi.input"].read(), {"Content-Type": environ["CONTENT_TYPE"]}


def _many(data: list[tuple[str, FileStorage]]) -> dict[str, list[FileStorage]]:
    return {data[0][0]: [file for _, file in data]}


def encoded(*files: bytes) -> bytes:
    return json.dumps({"images": [base64.b64encode(file).decode() for file in files]}).encode()


JSON, PNG = {"Content-Type": "application/json"}, {"Content-Type": "image/png"}
PIXELS = {"name": "image", "datatype": "UINT8", "shape": [1, 8, 8, 3], "data": [200] * 192}
TWO, WRONG_FIELD = form(("a.png", picture(10)), ("b.png", b"no image")), form(("a.png", picture()), field="scan")
LARGE = form(("photo.jpg", padded(300_000)), ("again.jpg", padded(400_001, seed=1, end=b"\r\n--")))
MANY = form(*[(f"{n}.png", picture()) for n in range(4)])

REQUESTS = {
    "bytes": Sent("POST", "/predict", 200, None, picture(77), PNG),
    "form": Sent("POST", "/predict", 200, None, *form(("a photo.png", picture(130)))),
    "form with a bad image": Sent("POST", "/predict", 200, None, *TWO),
    "form of photographs": Sent("POST", "/predict", 200, None, *LARGE),
    "page of photographs": Sent("POST", "/", 200, None, *LARGE),
    "photograph called json": Sent("POST", "/predict", 200, None, padded(300_000), JSON),
    "put": Sent("PUT", "/predict", 405, "method_not_allowed", picture(), PNG),
    "json": Sent("POST", "/predict", 200, None, encoded(picture(0), picture(255)), JSON),
    "heatmap": Sent("POST", "/predict?explain=heatmap", 200, None, picture(90), PNG),
    "by name and version": Sent("POST", "/predict?model=other&version=1", 200, None, picture(90), PNG),
    "no such model": Sent("POST", "/predict?model=absent", 404, "no_such_model", picture(), PNG),
    "bad parameter": Sent("POST", "/predict?explain=yes", 422, "invalid_parameter", picture(), PNG),
    "empty": Sent("POST", "/predict", 400, "empty", b"", PNG),
    "no image": Sent("POST", "/predict", 415, "not_an_image", b"hello", PNG),
    "cut image": Sent("POST", "/predict", 422, "unreadable", picture()[:60], PNG),
    "bad json": Sent("POST", "/predict", 400, "malformed_json", b"{", JSON),
    "bad base64": Sent("POST", "/predict", 422, "not_base64", b'{"images": ["%%%"]}', JSON),
    "wrong field": Sent("POST", "/predict", 400, "no_image", *WRONG_FIELD),
    "too many bytes": Sent("POST", "/predict", 413, "too_many_bytes", b"x" * (1024**2 + 1), PNG),
    "too many pixels": Sent("POST", "/predict", 413, "too_many_pixels", picture(size=(100, 51)), PNG),
    "too many images": Sent("POST", "/predict", 413, "too_many_images", *MANY),
    "compressed": Sent("POST", "/predict", 415, "content_encoding", b"x", PNG | {"Content-Encoding": "gzip"}),
    "report": Sent("GET", "/report", 200),
    "report as a page": Sent("GET", "/report", 200, headers={"Accept": "text/html"}),
    "head": Sent("HEAD", "/report", 200),
    "models": Sent("GET", "/models", 200),
    "card": Sent("GET", "/models/default/versions/1/card.json", 200),
    "diagnose": Sent("POST", "/diagnose", 200, None, b'{"loss": [1, 0.5, 0.4], "val_loss": [1, 0.9, 1.4]}', JSON),
    "no history": Sent("POST", "/diagnose", 422, "not_a_history", b"[]", JSON),
    "feedback is off": Sent("POST", "/feedback?label=dark", 404, "feedback_off", picture(), PNG),
    "v2": Sent("GET", "/v2", 200),
    "v2 model": Sent("GET", "/v2/models/default", 200),
    "v2 ready": Sent("GET", "/v2/models/default/versions/1/ready", 200),
    "v2 infer": Sent("POST", "/v2/models/default/infer", 200, None, json.dumps({"inputs": [PIXELS]}).encode(), JSON),
    "v2 no model": Sent("POST", "/v2/models/none/infer", 404, "no_such_model", b"{}", JSON),
    "openapi": Sent("GET", "/openapi.json", 200),
    "page": Sent("GET", "/", 200),
    "nowhere": Sent("GET", "/no/such/place", 404, "not_found"),
    "another method": Sent("DELETE", "/predict", 405, "method_not_allowed"),
}
VARYING = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|127\.0\.0\.1:\d+|localhost")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract") / "models"
    publish(folder)
    publish(folder, "other", gain=3.0)
    return folder


@pytest.fixture(scope="module", params=["gunicorn", pytest.param("ray", marks=pytest.mark.ray)])
def service(request: pytest.FixtureRequest, models: Path) -> Iterator[Running]:
    with ENGINES[request.param](models, **LIMITS) as service:
        yield service


@pytest.fixture(scope="module")
def application(models: Path) -> FlaskClient:
    return create_app(Settings(models=models, **LIMITS)).test_client()


def told(data: bytes) -> Any:
    """Return what a body says, without what differs from process to process."""
    told = VARYING.sub(b"", data)
    return re.sub(rb"\s+", b" ", told)


@pytest.mark.parametrize("name", REQUESTS)
def test_an_engine_answers_as_the_application_does(service: Running, application: FlaskClient, name: str) -> None:
    sent = REQUESTS[name]
    status, headers, body = service.exchange(sent.method, sent.path, sent.body, sent.headers)
    expected = application.open(sent.path, method=sent.method, data=sent.body, headers=sent.headers)
    assert status == expected.status_code == sent.status
    assert told(body) == told(expected.data)
    if sent.code is not None:
        assert json.loads(body)["code"] == sent.code
    for header in ("Content-Type", "Allow", "Vary", "X-Content-Type-Options", "Content-Security-Policy", "Retry-After"):
        assert headers.get(header) == expected.headers.get(header), header
    if sent.method == "HEAD":
        assert headers["Content-Length"] == expected.headers["Content-Length"]


def test_a_chunked_body_is_read_and_one_over_the_limit_is_not(service: Running) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

    def send(*parts: bytes) -> bytes:
        return service.raw(head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n")

    file = picture()
    assert send(file[:10], file[10:]).startswith(b"HTTP/1.1 200")
    large = send(file, b"\0" * 600_000, b"\0" * 600_000)
    assert large.startswith(b"HTTP/1.1 413")
    assert b"too_many_bytes" in large


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_the_setting(service: Running) -> None:
    answer = service.raw(b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99\r\n\r\nhalf")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too_slow" in answer


def test_tensors_as_binary_data_go_through(service: Running) -> None:
    described = {"name": "image", "datatype": "UINT8", "shape": [1, 8, 8, 3], "parameters": {"binary_data_size": 192}}
    header = json.dumps({"inputs": [described]}).encode()
    status, _, answer = service.ask(
        "POST",
        "/v2/models/default/infer",
        header + bytes([200] * 192),
        Inference_Header_Content_Length=str(len(header)),
    )
    assert status == 200
    logit = next(output for output in answer["outputs"] if output["name"] == "logit")["data"][0]
    assert logit == pytest.approx(8 * (200 / 255 - 0.5), abs=1e-5)  # the network of the tests, by hand


def test_a_heatmap_is_a_picture_of_the_shape_of_the_image(service: Running) -> None:
    answer = service.ask("POST", "/predict?explain=heatmap", picture(90, size=(40, 20)), Content_Type="image/png")[2]
    drawn = Image.open(io.BytesIO(base64.b64decode(answer["predictions"][0]["heatmap"])))
    assert drawn.width == 2 * drawn.height


def test_an_id_that_the_client_gives_comes_back_once(service: Running) -> None:
    headers = service.exchange("GET", "/health", None, {"X-Request-ID": "mine-1"})[1]
    assert headers.get_all("X-Request-ID") == ["mine-1"]


def test_it_is_alive_and_ready(service: Running) -> None:
    assert service.ask("GET", "/health")[2]["status"] == "alive"
    assert service.ask("GET", "/ready")[2]["model"] == {"name": "default", "version": "1"}
    assert service.ask("GET", "/v2/health/ready")[2] == {"ready": True}


def test_the_metrics_count_what_was_answered(service: Running, application: FlaskClient) -> None:
    def answered() -> float:
        text = service.ask("GET", "/metrics")[2].decode()
        lines = [line for line in text.splitlines() if line.startswith("thirtyfive_images_total")]
        return sum(float(line.split()[-1]) for line in lines if 'outcome="answered"' in line and '"other"' in line)

    before = answered()
    service.ask("POST", "/predict?model=other", encoded(picture(), picture()), Content_Type="application/json")
    assert answered() == before + 2
    names = re.compile(r"^# TYPE (\w+) \w+$", re.MULTILINE)
    shown = set(names.findall(service.ask("GET", "/metrics")[2].decode()))
    application.post("/predict", data=picture())
    assert {name for name in names.findall(application.get("/metrics").text) if not name.endswith("_created")} <= shown


def test_a_newly_published_version_takes_over(service: Running, models: Path) -> None:
    version = publish(models, "other", gain=float(4 + service.port % 7)).version
    until(lambda: bool(_version(service) == version))


def _version(service: Running) -> object:
    answer = service.ask("POST", "/predict?model=other", picture(), Content_Type="image/png")[2]
    return answer["model"]["version"]
