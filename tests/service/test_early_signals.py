"""Signals that come while a real service starts, or to all of its processes at once."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.service.pictures import picture
from tests.service.running import PATIENCE, ROOT, free_port, running, until

KEPT = {signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTTIN, signal.SIGTTOU}

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs Linux's /proc")


def of(pid: int, kind: str) -> set[signal.Signals]:
    """Return the signals that a process blocks (SigBlk), ignores (SigIgn) or catches (SigCgt), as proc(5) has them."""
    found = re.search(rf"{kind}:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return {number for number in signal.Signals if int(found[1], 16) >> (number - 1) & 1}


def test_signals_in_the_middle_of_the_start_are_obeyed_after_it(models: Path) -> None:
    """The start cannot get past what it prints, as nobody reads the pipe until the signals were sent."""
    reading, writing = os.pipe()
    os.write(writing, b"." * (fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)))
    settings = {"SERVICE_MODELS": str(models), "SERVICE_PORT": str(free_port()), "SERVICE_WORKERS": "1"}
    log = models.parent / "log"
    with log.open("wb") as errors:
        command = [sys.executable, "-m", "service"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=writing, stderr=errors)
    os.close(writing)
    with os.fdopen(reading, "rb") as output:
        try:
            until(lambda: process.poll() is not None or of(process.pid, "SigBlk") >= KEPT)
            for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTTIN):
                process.send_signal(number)
            threading.Thread(target=output.read).start()
            heard = [f"Handling signal: {name}" for name in ("hup", "usr1", "ttin")]
            until(lambda: process.poll() is not None or all(line in log.read_text() for line in heard))
            assert process.poll() is None, log.read_text()
            assert not of(process.pid, "SigBlk") & KEPT
            assert of(process.pid, "SigCgt") >= KEPT
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


def test_a_hang_up_of_all_processes_ends_no_request_at_work(models: Path) -> None:
    """As a terminal that is closed, or `kill -HUP -- -GROUP`, sends it: to the parent and its workers."""
    file = picture()
    with running(models) as service:
        (worker,) = service.workers()
        until(lambda: of(worker, "SigIgn") >= KEPT - {signal.SIGUSR1})
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
            head = f"POST /predict HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {len(file)}\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(65536).startswith(b"HTTP/1.1 100")  # the request is at work
            os.kill(worker, signal.SIGHUP)
            service.signal(signal.SIGHUP)
            until(lambda: "Handling signal: hup" in service.log.read_text())
            connection.sendall(file)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        until(lambda: worker not in service.workers() and len(service.workers()) == 1)
        assert not of(service.workers()[0], "SigBlk") & KEPT
