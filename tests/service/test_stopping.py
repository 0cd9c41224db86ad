"""How a real service stops: who is at work is answered, who comes goes elsewhere."""

import http.client
import signal
import socket
from pathlib import Path

import pytest

from tests.service.pictures import picture
from tests.service.running import PATIENCE, Running, running, until


def kept(service: Running) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    assert ask(connection, "/health")[0] == 200
    return connection


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, str | None, bytes]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.getheader("Connection"), answer.read()


def test_term_closes_the_port_at_once_while_requests_at_work_are_finished(models: Path) -> None:
    file = picture()
    with running(models, workers=2) as service:
        idle = kept(service)
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as busy:
            busy.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(file) + file[:10])
            until(lambda: service.ask("GET", "/health")[0] == 200)
            service.signal(signal.SIGTERM)
            until(lambda: refuses(service))
            assert service.process.poll() is None, "a request is at work"
            status, connection, body = ask(idle, "/ready")
            assert (status, connection, b"stopping" in body) == (503, "close", True)
            busy.sendall(file[10:])
            answer = b"".join(iter(lambda: busy.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"\r\nConnection: close\r\n" in answer
        assert service.process.wait(timeout=PATIENCE) == 0


def refuses(service: Running) -> bool:
    """Say whether the port is closed; a connection that is taken must be answered, or be closed in order."""
    try:
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65536)[:13] in (b"HTTP/1.1 200 ", b"")
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # made in the instant in which the port closed
        return False
    return False


def test_notice_is_given_on_new_and_kept_connections_before_the_port_closes(models: Path) -> None:
    with running(models, drain_notice_seconds=600) as service:
        connection = kept(service)
        assert ask(connection, "/ready")[0] == 200
        service.signal(signal.SIGTERM)
        until(lambda: service.ask("GET", "/ready")[0] == 503)
        assert ask(connection, "/v2/health/ready")[0] == 503
        assert service.ask("POST", "/predict", picture())[0] == 200
        service.signal(signal.SIGTERM)  # the second one does not wait
        assert service.process.wait(timeout=PATIENCE) == 0


def test_a_reload_is_no_notice(models: Path) -> None:
    with running(models) as service:
        (before,) = service.workers()
        service.signal(signal.SIGHUP)
        until(lambda: before not in service.workers() and len(service.workers()) == 1)
        assert service.ask("GET", "/ready")[0] == 200


def test_systemd_is_told_when_the_port_is_open_and_that_it_stops(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `Type=notify` wants it: datagrams to the socket that NOTIFY_SOCKET names (sd_notify(3))."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        with running(models) as service:
            assert b"READY=1" in systemd.recv(4096).splitlines()
            service.signal(signal.SIGTERM)
            assert b"STOPPING=1" in systemd.recv(4096).splitlines()
            assert service.process.wait(timeout=PATIENCE) == 0
