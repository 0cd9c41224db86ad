"""The image, built and run: what is in it, what it may do, what it answers."""

import io
import json
import os
import signal
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from tests.container.images import Image, Server, serving

MEGABYTE = 1_000_000
pytestmark = pytest.mark.skipif(
    "IMAGE_TEST" not in os.environ, reason="the image is built and run by a command of its own: make image-test"
)


def png() -> bytes:
    pixels = np.random.default_rng(35).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    file = io.BytesIO()
    Picture.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def occupied(folder: Path) -> int:
    return sum(file.lstat().st_blocks * 512 for file in folder.rglob("*"))


def test_it_holds_the_service_and_nothing_of_training(image: Image) -> None:
    assert sorted(entry.name for entry in (image.root / "app").iterdir()) == ["artifact", "doctor", "models", "service"]
    packages = image.root / "opt/venv/lib/python3.11/site-packages"
    installed = {found.name.lower() for found in distributions(path=[str(packages)])}
    assert {"flask", "onnxruntime"} <= installed
    assert not installed & {"tensorflow", "tensorflow-cpu", "keras", "tf2onnx", "scikit-learn", "pytest", "pip"}


def test_it_has_no_compiler(image: Image) -> None:
    _, output = image.run("sh", "-c", "for tool in cc gcc g++ clang make; do command -v $tool; done")
    assert output == ""


def test_its_size(image: Image, capsys: pytest.CaptureFixture[str]) -> None:
    packages, application = (occupied(image.root / folder) / MEGABYTE for folder in ("opt/venv", "app"))
    with capsys.disabled():
        print(f"\nThe image: {image.size} with its base; {packages:.0f} MB of packages, {application:.1f} MB of ours")
    assert packages < 300


def test_its_user_can_write_in_tmp_only(image: Image) -> None:
    assert image.config["User"] == "10001:10001"
    script = 'for folder; do touch "$folder/probe" 2>/dev/null && echo "$folder"; done'
    _, output = image.run("sh", "-c", script, "sh", "/", "/app", "/app/models", "/opt/venv", "/etc", "/var/tmp", "/tmp")
    assert output.split() == ["/tmp"]


def test_the_service_runs_as_that_user(server: Server) -> None:
    assert Path(f"/proc/{server.first_process()}").stat().st_uid == 10001


def test_it_is_alive_and_ready(server: Server) -> None:
    assert server.request("/health")[0] == 200
    assert server.request("/ready")[0] == 200


def test_it_answers_about_a_picture(server: Server) -> None:
    status, answer = server.request("/predict", png())
    assert status == 200, answer
    (prediction,) = json.loads(answer)["predictions"]
    assert 0 <= prediction["probability"] <= 1
    assert prediction["label"] in prediction["probabilities"]


def test_it_refuses_what_is_no_picture(server: Server) -> None:
    status, answer = server.request("/predict", b"no picture")
    assert (status, json.loads(answer)["status"]) == (415, 415)


def test_it_counts_though_its_root_is_read_only(server: Server) -> None:
    status, answer = server.request("/metrics")
    assert status == 200
    assert "thirtyfive_" in answer


def test_its_health_check_tells_a_running_service_from_none(image: Image, server: Server) -> None:
    kind, *command = image.config["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert image.run(*command, SERVICE_PORT=str(server.port))[0] == 0
    assert image.run(*command, SERVICE_PORT="1")[0] != 0


def test_it_ends_when_told_to(image: Image) -> None:
    """As process 1, where the kernel drops every signal that has no handler."""
    with serving(image) as server:
        os.kill(server.first_process(), signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
