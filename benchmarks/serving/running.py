"""Start a contestant, wait for its first answer, and end all of its processes."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.serving import environments, processes
from benchmarks.serving.contestants import Contestant, Post

_PATIENCE = 120.0


class NotStarted(Exception):
    """A contestant that gave no answer in time, or ended; the message is the end of what it printed."""


@dataclass(frozen=True)
class Running:
    """A contestant that answers.

    Attributes:
        port: Where it listens.
        root: The process that was started.
        start_seconds: From the start of that process to the first answer.
        probability: What it said of the image.
    """

    port: int
    root: int
    start_seconds: float
    probability: float

    def processes(self) -> list[int]:
        """Return its processes as of now."""
        return processes.tree(self.root)


@contextlib.contextmanager
def running(contestant: Contestant, environment: Path, model: Path, post: Post) -> Iterator[Running]:
    """Run a contestant until the block ends; raises `NotStarted`."""
    port = _free_port()
    command = contestant.command(environments.python(environment), port)
    variables = {**contestant.environment(port, model), "PATH": f"{environment / 'bin'}:{os.environ['PATH']}"}
    log = environment / f"{contestant.name}.log"
    with log.open("wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=contestant.folder, env=variables, stdout=output, stderr=output, start_new_session=True
        )
    try:
        probability = _first_answer(process, port, post, log)
        yield Running(port, process.pid, time.perf_counter() - begun, probability)
    finally:
        _stop(process)


def _first_answer(process: "subprocess.Popen[bytes]", port: int, post: Post, log: Path) -> float:
    deadline = time.perf_counter() + _PATIENCE
    while time.perf_counter() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            with contextlib.closing(connection):
                connection.request("POST", post.path, post.body, {"Content-Type": post.content_type})
                answer = connection.getresponse()
                document = answer.read()
                if answer.status == 200:
                    return probability_in(json.loads(document))
        time.sleep(0.02)
    raise NotStarted(log.read_text(errors="replace").strip()[-300:] or "It printed nothing.")


def probability_in(document: dict[str, Any]) -> float:
    """Return the probability in an answer: plain, among predictions, or as an output tensor."""
    if "outputs" in document:
        return float(next(output["data"][0] for output in document["outputs"] if output["name"] == "probability"))
    found = document["predictions"][0] if "predictions" in document else document
    return float(found["probability"])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the processes that were started: by their parent where it can, then each that is left, by its id."""
    started = processes.tree(process.pid)
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
