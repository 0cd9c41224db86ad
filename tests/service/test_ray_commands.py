"""`python -m service.ray_serve` where it cannot serve: it says why, in one line."""

import os
import socket
import subprocess
import sys

import pytest
from ray.exceptions import RayActorError

from tests.service.running import ROOT, free_port


@pytest.mark.parametrize("missing", ["ray", "a2wsgi"])
def test_without_ray_it_says_how_to_install_it(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from service.ray_serve.commands import main; sys.exit(main([]))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "pip install" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_that_is_taken_is_said_before_ray_is_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = os.environ | {"SERVICE_HOST": "127.0.0.1", "SERVICE_PORT": str(port)}
        command = [sys.executable, "-m", "service.ray_serve"]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use" in run.stderr
    assert "python -m service.ray_serve" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "failure", [RuntimeError("no head node\nmore"), ValueError("no such resource"), RayActorError(error_msg="it died")]
)
def test_a_start_that_fails_is_said_in_one_line(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from service.ray_serve import commands, running

    def start(*_: object) -> None:
        raise failure

    monkeypatch.setattr(running, "start", start)
    assert commands.main(["--address", "auto"]) == 1
    said = capsys.readouterr().err
    assert str(failure).splitlines()[0] in said
    assert said.count("\n") == 1


def test_a_cluster_that_is_not_there_is_said() -> None:
    command = [sys.executable, "-m", "service.ray_serve", "--address", f"127.0.0.1:{free_port()}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "There is no Ray cluster" in run.stderr
