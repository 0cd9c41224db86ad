"""The image as a test sees it: files, configuration, commands run in it, its service."""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass
class Image:
    """An image: its files, its configuration as `docker inspect` shows it, its size in words."""

    root: Path
    config: dict[str, Any]
    size: str

    def start(self, *command: str, **settings: str) -> subprocess.Popen[str]:
        """Start a command as the image's user on a read-only root; `settings` are environment variables."""
        sandbox = [str(HERE / "run.sh"), str(self.root), self.config["User"], self.config["WorkingDir"]]
        return subprocess.Popen(
            [*sandbox, *command],
            env=dict(entry.split("=", 1) for entry in self.config["Env"]) | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str, **settings: str) -> tuple[int, str]:
        """Run a command to its end and return its exit status and output."""
        process = self.start(*command, **settings)
        try:
            output, _ = process.communicate(timeout=60)
            return process.returncode, output
        finally:
            end(process)


@dataclass
class Server:
    """The image's own command, listening on `port`."""

    process: subprocess.Popen[str]
    port: int

    def request(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Send one request and return its status and body."""
        headers = {"Content-Type": "image/png"} if body else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def first_process(self) -> int:
        """Return the id, outside the container, of the process that is 1 inside it."""
        outer = self.process.pid
        (child,) = Path(f"/proc/{outer}/task/{outer}/children").read_text().split()
        return int(child)


@contextmanager
def serving(image: Image) -> Iterator[Server]:
    """Run the image's own command on a free port, from when it listens to the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = image.start(*image.config["Entrypoint"], SERVICE_PORT=str(port), SERVICE_WORKERS="1")
    try:
        assert process.stdout
        output = ""
        while "Booting worker" not in output:
            line = process.stdout.readline()
            assert line, f"the service ended at once:\n{output}"
            output += line
        yield Server(process, port)
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """End a command and all that it started; one that has ended is left as it is."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
