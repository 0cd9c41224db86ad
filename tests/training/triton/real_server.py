"""A real Triton Inference Server on the loopback interface, from the wheel nvidia-pytriton.

The wheel has the server, its Python backend, and a stub of that for each Python, but not the ONNX backend. It needs
an environment of its own (requirements.in says why); the stub takes its packages from the first `python3` on PATH.
"""

import contextlib
import os
import shutil
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service.running import PATIENCE, ROOT, free_port

ENVIRONMENT = Path(os.environ.get("TRITON_ENVIRONMENT", ROOT / ".venv-triton"))
PACKAGES = ENVIRONMENT / "lib" / "python3.11" / "site-packages"
SERVER = PACKAGES / "pytriton" / "tritonserver"
LIBRARIES = os.pathsep.join((str(PACKAGES / "nvidia_pytriton.libs"), sysconfig.get_config_var("LIBDIR")))
STUB = "triton_python_backend_stub"


@dataclass
class Triton:
    """A server that runs."""

    http: str
    grpc: str
    home: Path


def skip_where_there_is_none() -> None:
    """Skip with the reason where the server, or the library of Python that its stub needs, is not here."""
    if not (SERVER / "bin" / "tritonserver").exists():
        pytest.skip("no Triton here: `make test` installs one into .venv-triton on Linux on x86-64")
    linked = subprocess.run(
        ["ldd", str(SERVER / "python_backend_stubs" / "3.11" / STUB)],
        env={**os.environ, "LD_LIBRARY_PATH": LIBRARIES},
        capture_output=True,
        text=True,
        check=False,
    )
    if "not found" in linked.stdout:
        pytest.skip("Triton's Python backend needs libpython3.11.so.1.0, which is not here (Debian: libpython3.11)")


@contextlib.contextmanager
def serving(repository: Path, scratch: Path) -> Iterator[Triton]:
    """Serve a model repository until the block ends, under an empty HOME."""
    backends, home = scratch / "backends", scratch / "home"
    home.mkdir()
    shutil.copytree(SERVER / "backends" / "python", backends / "python")
    shutil.copy2(SERVER / "python_backend_stubs" / "3.11" / STUB, backends / "python" / STUB)
    ports = [free_port(), free_port()]
    options = {
        "model-repository": repository,
        "backend-directory": backends,
        "http-address": "127.0.0.1",
        "http-port": ports[0],
        "grpc-address": "127.0.0.1",
        "grpc-port": ports[1],
        "allow-metrics": "false",
        "exit-timeout-secs": 5,
    }
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "LD_LIBRARY_PATH": LIBRARIES}
    environment["PATH"] = f"{ENVIRONMENT / 'bin'}{os.pathsep}{environment['PATH']}"
    command = [str(SERVER / "bin" / "tritonserver"), *(f"--{name}={value}" for name, value in options.items())]
    command.append("--disable-auto-complete-config")  # what is written must be enough
    log = scratch / "triton.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, ports[0], log)
        yield Triton(f"127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[1]}", home)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/health/ready"):
            return
        time.sleep(0.2)
