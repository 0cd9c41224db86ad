"""Connections of a real service: what a refusal leaves of one, and what those cost that say little or nothing."""

import contextlib
import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import PATIENCE, Running, running, until

CROWD = 60
KEPT = 40


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a service that the tests of this module share; they leave it as it was."""
    models = tmp_path_factory.mktemp("connections") / "models"
    publish(models)
    with running(models, read_seconds=60, max_request_megabytes=1, connections=KEPT) as service:
        yield service


def connect(service: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/report", 405), ("/predict", 413)])
def test_a_refused_body_is_followed_by_anothers_request_or_by_an_announced_end(
    service: Running, path: str, status: int
) -> None:
    """A proxy sends the requests of many on one connection, and may not send one again."""
    size = 2_000_000 if status == 413 else 900_000
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        for _ in range(5):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request("POST", path, b"x" * size)
            refusal = connection.getresponse()
            assert refusal.status == status
            assert json.loads(refusal.read())["status"] == status
            assert refusal.getheader("Connection") == "close" or connection.sock is not None
            connection.request("POST", "/predict", picture())  # on a new connection where the old one was to end
            answer = connection.getresponse()
            assert (answer.status, b"label" in answer.read()) == (200, True)


def test_a_small_refused_body_does_not_end_the_connection(service: Running) -> None:
    body = picture()
    with connect(service) as kept:
        for path, status in (("/nowhere", 404), ("/predict", 200)):
            # at once: of a body that comes later than a moment nobody knows whether it comes
            kept.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body)) + body
            )
            answer = http.client.HTTPResponse(kept, method="POST")
            answer.begin()
            assert answer.read()
            assert (answer.status, answer.getheader("Connection")) == (status, "keep-alive")


def test_a_client_that_sends_everything_first_reads_why_it_was_refused(service: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{service.port}/predict", b"x" * 21_000_000, timeout=PATIENCE)
    with refused.value as answer:
        assert answer.code == 413
        assert json.load(answer)["code"] == "too_many_bytes"


@pytest.mark.parametrize(
    ("path", "length", "status"), [("/predict", 2_000_000, 413), ("/nowhere", 10, 404), ("/predict", 10, 100)]
)
def test_a_client_that_waits_for_a_word_hears_a_refusal_in_place_of_it(
    service: Running, path: str, length: int, status: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    with connect(service) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert status == 100 or b"\r\nConnection: close\r\n" in answer


def threads(service: Running) -> int:
    (worker,) = service.workers()
    text = Path(f"/proc/{worker}/status").read_text()
    return int(text.split("Threads:")[1].split()[0])


def test_clients_that_say_nothing_or_half_a_head_cost_no_thread_and_the_oldest_go_first(service: Running) -> None:
    service.ask("POST", "/predict", picture())
    before = threads(service)
    with contextlib.ExitStack() as stack:
        idle = []
        for number in range(CROWD):
            connection = stack.enter_context(connect(service))
            if number % 2:
                connection.sendall(b"GET /health HT")
            idle.append(connection)
        assert service.ask("POST", "/predict", picture())[0] == 200
        assert threads(service) <= before + 2  # of the one that asks
        idle[-1].sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
        assert idle[-1].recv(65536).startswith(b"HTTP/1.1 200")
        assert [closed(connection) for connection in idle[: CROWD - KEPT]] == [True] * (CROWD - KEPT)


def closed(connection: socket.socket) -> bool:
    """Say whether the service has ended a connection."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_where_all_threads_wait_for_slow_clients_the_slow_go_first(models: Path) -> None:
    with running(models, queue_length=1, read_seconds=60, connections=400) as service, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(service)) for _ in range(250)]
        for connection in slow:
            connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow")
        assert service.ask("POST", "/predict", picture())[0] == 200
        until(lambda: b"408" in slow[0].recv(65536, socket.MSG_PEEK))


def test_an_error_of_the_parser_has_what_all_answers_have(service: Running) -> None:
    head, body = service.raw(b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n").split(b"\r\n\r\n", 1)
    names = {line.split(b":")[0].decode() for line in head.split(b"\r\n")[1:]}
    assert {"Date", "X-Request-ID", "Content-Type", "Content-Length", "Cache-Control", "Connection"} <= names
    assert {"type", "title", "status", "detail", "code", "error"} <= set(json.loads(body))
    identity = head.split(b"X-Request-ID: ")[1].split(b"\r\n")[0].decode()
    lines = [json.loads(line) for line in service.log.read_text().splitlines() if identity in line]
    assert [(line["client"], line["status"]) for line in lines] == [("127.0.0.1", 400)]


def test_where_slow_clients_fill_the_memory_they_go_first(models: Path) -> None:
    large = picture() + b"\0" * 700_000
    limits = {"max_waiting_megabytes": 1, "max_request_megabytes": 1, "read_seconds": 60}
    with running(models, **limits) as service, connect(service) as slow:
        slow.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nslow")
        until(lambda: service.ask("GET", "/health")[0] == 200)
        until(lambda: service.ask("POST", "/predict", large)[0] == 200)  # 503, which says to ask again, until then
        assert slow.recv(65536).startswith(b"HTTP/1.1 408")
