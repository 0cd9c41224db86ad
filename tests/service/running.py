"""A real service, under gunicorn or on Ray Serve, on a free port of the loopback interface."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
"""Seconds; so many that only what never comes is given up, however busy the machine is."""
_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_OWN_PORTS = range(20_000 + _PROCESS, 32_768, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
_PORTS = iter(random.sample(_OWN_PORTS, len(_OWN_PORTS)))


@dataclass
class Running:
    """A service that runs."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], Any]:
        """Send one request on a connection of its own; return status, headers, and the parsed JSON or the bytes."""
        status, told, data = self.exchange(
            method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        return status, dict(told), json.loads(data) if "json" in told.get("Content-Type", "") else data

    def exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Message, bytes]:
        """Send one request on a connection of its own; return status, headers of any case, and the bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            # A refusal may come before the body was sent; it can be read all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are, and return all that comes back until the service closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the parent process."""
        self.process.send_signal(number)


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail where it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def free_port() -> int:
    """Return a port that nothing listens on, below those that the system gives to outgoing connections.

    A port of these may be taken again before the program that is to listen on it has started. So none is returned
    twice, and each process of several that share the tests has ports of its own.
    """
    for port in _PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("every port was given away")


@contextlib.contextmanager
def running(models: Path, **settings: Any) -> Iterator[Running]:
    """Run the service on a models folder, with settings by their lower-case names, until the block ends."""
    with _started(["service"], models, signal.SIGQUIT, **{"workers": 1, **settings}) as service:
        expected = settings.get("workers", 1)
        until(lambda: len(service.workers()) == expected)  # the first answers before the last has started
        yield service


@contextlib.contextmanager
def running_on_ray(models: Path, address: str | None = None, **settings: Any) -> Iterator[Running]:
    """Run the service on Ray Serve until the block ends, on the cluster at an address or on one of its own."""
    command = ["service.ray_serve", *(["--address", address] if address else [])]
    with _started(command, models, signal.SIGTERM, **{"max_replicas": 1, **settings}) as service:
        yield service


@contextlib.contextmanager
def _started(command: list[str], models: Path, end: signal.Signals, **settings: Any) -> Iterator[Running]:
    port = free_port()
    values = {"models": models, "port": port, "reload_seconds": 0.05, **settings}
    environment = {**os.environ, **{f"SERVICE_{name.upper()}": str(value) for name, value in values.items()}}
    environment |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}  # as in ray_nodes
    log = models.parent / f"service-{port}.log"
    with log.open("wb") as output:
        words = [sys.executable, "-m", *command]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    service = Running(process, port, log)
    try:
        until(lambda: process.poll() is not None or _answers(service))
        assert process.poll() is None, log.read_text()
        yield service
    finally:
        _stop(process, end)


def _stop(process: subprocess.Popen[bytes], end: signal.Signals) -> None:
    process.send_signal(end)
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(service: Running) -> bool:
    try:
        return service.ask("GET", "/health")[0] == 200
    except OSError:
        return False
