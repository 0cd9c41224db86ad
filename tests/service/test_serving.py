"""The service as it runs: gunicorn, real sockets, real signals."""

import contextlib
import http.client
import json
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import PATIENCE, Running, running, until

READ_SECONDS = 4
"""So long that a client which a busy machine holds up is not taken for one that stands still."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a service that the tests of this module share; they leave it as it was."""
    models = tmp_path_factory.mktemp("serving") / "models"
    publish(models)
    with running(models, read_seconds=READ_SECONDS, max_request_megabytes=1) as service:
        yield service


def body_of(answer: bytes) -> dict[str, object]:
    return dict(json.loads(answer.split(b"\r\n\r\n", 1)[1]))


def test_an_answer_over_http_is_the_one_in_process(service: Running, client: FlaskClient) -> None:
    status, _, answer = service.ask("POST", "/predict", picture(77), Content_Type="image/png")
    assert status == 200
    assert answer == client.post("/predict", data=picture(77)).get_json()


@pytest.mark.skipif(os.environ.get("OPENBLAS_NUM_THREADS", "1") != "1", reason="numpy was given threads")
def test_the_parent_shares_the_runtime_with_its_workers_and_has_no_thread_when_it_forks(service: Running) -> None:
    of_parent = Path(f"/proc/{service.process.pid}")
    assert "onnxruntime_pybind11_state" in (of_parent / "maps").read_text()
    assert len(list((of_parent / "task").iterdir())) == 1


def test_a_chunked_body_is_read(service: Running) -> None:
    file = picture()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (file[:10], file[10:]))
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert service.raw(head + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_chunked_body_over_the_limit_is_refused_and_not_cut(service: Running) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = picture() + b"\0" * 600_000
    answer = service.raw(head + (b"%x\r\n%s\r\n" % (len(chunk), chunk)) * 2 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_kept_connection_answers_request_after_request_pauses_or_not(service: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.connect()
        kept = connection.sock
        for pause in (0, 0, 0.1, 0):  # at once by the same thread, after a pause by way of the main loop
            time.sleep(pause)
            connection.request("GET", "/health")
            answer = connection.getresponse()
            assert (answer.status, answer.read()[:1]) == (200, b"{")
        assert connection.sock is kept
        request = b"GET /health HTTP/1.1\r\nHost: x\r\n%s\r\n"
        kept.sendall(request % b"" + request % b"Connection: close\r\n")  # the second comes with the first
        answers = b"".join(iter(lambda: kept.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200") == 2


def test_more_clients_that_ask_again_at_once_than_threads_are_all_answered(service: Running) -> None:
    clients, times = 60, 5  # the service has 41 threads

    def ask() -> list[int]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)) as connection:
            statuses = []
            for _ in range(times):
                if connection.sock and select.select([connection.sock], [], [], 0)[0]:
                    connection.close()  # it has been idle for as long as the service keeps one, on a busy machine
                connection.request("GET", "/health")
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
            return statuses

    with ThreadPoolExecutor(clients) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(clients)]]
    assert found == [[200] * times] * clients


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(100)) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413),
    ],
)
def test_bad_http_gets_a_problem_and_the_connection_ends(service: Running, request_bytes: bytes, status: int) -> None:
    answer = service.raw(request_bytes)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert body_of(answer)["status"] == status
    assert b"application/problem+json" in answer


def test_a_body_without_its_end_gets_an_answer_and_frees_its_thread(service: Running) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
    answer = service.raw(head + b"only this")
    assert answer.startswith(b"HTTP/1.1 408")
    assert body_of(answer)["code"] == "too_slow"


def test_a_body_takes_as_long_as_it_needs_where_it_keeps_coming(service: Running) -> None:
    """At 10 kB/s, for longer than a standstill may last."""
    body = picture() + b"\0" * 60_000
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 4000):
            connection.sendall(body[start : start + 4000])
            time.sleep(0.4)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_drip_is_cut_and_hears_why(service: Running) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        connection.settimeout(0.1)
        answer = b""
        deadline = time.monotonic() + PATIENCE
        while not answer and time.monotonic() < deadline:
            connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"\r\nConnection: close\r\n" in answer


def test_headers_without_their_end_are_cut_off(service: Running) -> None:
    assert service.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: ") == b""
    assert service.ask("GET", "/health")[0] == 200


def test_term_lets_a_request_at_work_finish(models: Path) -> None:
    file = picture()
    with running(models) as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
            head = f"POST /predict HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {len(file)}\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(65536).startswith(b"HTTP/1.1 100")  # the request is at work
            service.signal(signal.SIGTERM)
            until(lambda: "Handling signal: term" in service.log.read_text())
            connection.sendall(file)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert service.process.wait(timeout=PATIENCE) == 0


def test_told_to_wait_for_a_model_it_starts_says_so_and_finds_the_first_one(tmp_path: Path) -> None:
    models = tmp_path / "models"
    with running(models, wait_for_model=True) as service:
        assert service.ask("GET", "/health")[0] == 200
        status, headers, answer = service.ask("GET", "/ready")
        assert (status, answer["code"]) == (503, "no_model")
        assert "Retry-After" in headers
        publish(models)
        until(lambda: service.ask("GET", "/ready")[0] == 200)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_that_it_prints_can_be_tried_at_once(service: Running, tmp_path: Path) -> None:
    lines = [line for line in service.log.read_text().splitlines() if line.startswith("  curl ")]
    assert len(lines) == 3
    for line in lines:
        run = subprocess.run(shlex.split(line), cwd=tmp_path, capture_output=True, text=True, check=True)
        if "predict" in line:
            assert json.loads(run.stdout)["predictions"][0]["label"] in ("dark", "bright")
