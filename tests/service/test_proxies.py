"""Behind nginx and HAProxy, run for real with the configurations that the documentation shows."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.pictures import picture
from tests.service.proxies import CONFIGURATIONS, PROXIES, before, is_there
from tests.service.publishing import publish
from tests.service.running import PATIENCE, ROOT, Running, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a service that the proxies of this module share."""
    models = tmp_path_factory.mktemp("behind") / "models"
    publish(models)
    limits = {"read_seconds": 1, "max_request_megabytes": 1}
    with running(models, trusted_proxies="127.0.0.1", log_requests="all", **limits) as service:
        yield service


@pytest.fixture(scope="module", params=sorted(PROXIES))
def proxy(service: Running, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a proxy before the service."""
    if not is_there(request.param):
        pytest.skip(f"{request.param} is not installed (Debian: apt-get install {request.param})")
    folder = tmp_path_factory.mktemp(request.param)
    folder.chmod(0o755)
    with before(service, request.param, folder) as port:
        yield port


def post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_refusals_arrive_as_themselves_and_break_nobody_elses_request(proxy: int) -> None:
    for _ in range(6):
        for path, status, code in (
            ("/nowhere", 404, "not_found"),
            ("/report", 405, "method_not_allowed"),
            ("/predict", 413, "too_many_bytes"),
        ):
            found, body = post(proxy, path, b"x" * (3_000_000 if status == 413 else 900_000))
            assert (found, json.loads(body)["code"]) == (status, code)
            found, body = post(proxy, "/predict", picture())  # on the connection that the proxy kept, if it kept one
            assert (found, b"label" in body) == (200, True)


def test_a_client_that_stands_still_hears_it_where_the_proxy_does_not_collect_the_body(
    proxy: int, request: pytest.FixtureRequest
) -> None:
    if "nginx" in request.node.callspec.id:
        pytest.skip("nginx collects the body by itself, and has a limit of its own")
    with socket.create_connection(("127.0.0.1", proxy), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100)
        time.sleep(0.1)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_over_http_2_a_refusal_is_whole(proxy: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if "haproxy" not in request.node.callspec.id:
        pytest.skip("Debian's nginx speaks HTTP/2 over TLS only")
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    words = ["curl", "-sS", "--http2-prior-knowledge", "-H", "Expect:", "--data-binary", f"@{tmp_path}/large"]
    run = subprocess.run([*words, f"http://127.0.0.1:{proxy}/predict"], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["code"] == "too_many_bytes"


def test_the_client_and_its_own_address_of_the_service_come_through(proxy: int, service: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
    with contextlib.closing(connection):
        told = {"Host": "ask.example", "X-Forwarded-For": "6.6.6.6", "X-Request-ID": f"of-{proxy}"}
        connection.request("GET", "/docs", headers={**told, "X-Forwarded-Host": "evil", "X-Forwarded-Prefix": "/evil"})
        page = connection.getresponse().read().decode()
    assert "http://ask.example/predict" in page
    assert "evil" not in page
    (line,) = [json.loads(line) for line in service.log.read_text().splitlines() if f'"of-{proxy}"' in line]
    assert line["client"] in ("6.6.6.6", "127.0.0.1")  # of this machine everybody is a trusted proxy


def test_under_a_path_the_page_is_whole(proxy: int, request: pytest.FixtureRequest) -> None:
    if "nginx" not in request.node.callspec.id:
        pytest.skip("the configuration of nginx shows it")

    def get(path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": "text/html"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    addresses = set(re.findall(r'(?:href|src)="(/[^"]*)"', get("/vision/")[1]))
    assert {"/vision/static/style.css", "/vision/static/ask/main.js", "/vision/report", "/vision/docs"} <= addresses
    assert [get(address)[0] for address in addresses] == [200] * len(addresses)


def test_the_document_shows_every_configuration() -> None:
    text = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    assert [file.name for file in CONFIGURATIONS.iterdir() if f"deploy/proxies/{file.name}" not in text] == []
