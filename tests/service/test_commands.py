"""The commands of `python -m service`, as an operator types them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from artifact import store
from tests.service.publishing import publish
from tests.service.running import PATIENCE, ROOT, free_port, running, until


def command(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **{f"SERVICE_{name.upper()}": str(value) for name, value in settings.items()}}
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_port_in_use_is_said_before_anything_else(models: Path) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        found = command(models=models, port=port)
    assert found.returncode == 1
    assert f"Port {port}" in found.stderr
    assert "SERVICE_PORT" in found.stderr
    assert "Traceback" not in found.stderr


def test_settings_that_cannot_be_used_are_named(models: Path) -> None:
    found = command(models=models, port="eighty", batch=0)
    assert found.returncode == 1
    assert "SERVICE_PORT" in found.stderr
    assert "SERVICE_BATCH" in found.stderr
    assert "Traceback" not in found.stderr


def test_rollback_is_one_command(models: Path) -> None:
    publish(models, gain=3.0)
    with running(models) as service:
        assert service.ask("GET", "/ready")[2]["model"]["version"] == "2"
        found = command("rollback", "default", models=models)
        assert "version 1" in found.stdout
        until(lambda: bool(service.ask("GET", "/ready")[2]["model"]["version"] == "1"))
    again = command("rollback", "default", models=models)
    assert again.returncode == 1
    assert "nothing to roll back to" in again.stderr


def test_any_published_version_can_be_served_a_newer_one_too(models: Path) -> None:
    publish(models, gain=3.0)
    assert "version 1" in command("use", "default", "1", models=models).stdout
    assert store.current(models, "default") == "1"
    assert "version 2" in command("use", "default", "2", models=models).stdout
    assert store.current(models, "default") == "2"
    found = command("use", "default", "7", models=models)
    assert found.returncode == 1
    assert "default has no version 7; it has 1, 2" in found.stderr


def test_the_models_command_lists_what_is_published(models: Path, tmp_path: Path) -> None:
    publish(models, gain=3.0)
    head, newest, first = command("models", models=models).stdout.splitlines()
    assert head.split() == ["model", "version", "made", "classes", "told", "right,", "about", "images", "MB"]
    assert "92 of 100 (78 to 98)" in first
    assert newest.split()[:3] == ["default", "2", "current"]
    assert first.split()[:2] == ["default", "1"]
    assert "current" not in first
    assert "bright or dark" in first
    (models / "default" / "1" / "card.json").write_text("{")
    _, _, damaged, why = command("models", models=models).stdout.splitlines()
    assert damaged.split() == ["default", "1", "-", "damaged", "-", "-", "-"]
    assert why.startswith("default version 1 is damaged: card.json is not valid JSON")
    assert "No model is published" in command("models", models=tmp_path / "none").stdout


def test_a_model_that_is_not_there_ends_the_start_with_the_one_that_was_meant(models: Path, tmp_path: Path) -> None:
    found = command(models=models, model="defualt")
    assert found.returncode == 1
    assert "Published: default." in found.stderr
    assert "Did you mean SERVICE_MODEL=default?" in found.stderr
    assert "http://" not in found.stdout
    absent = command(models=tmp_path / "nosuch")
    assert absent.returncode == 1
    assert "nosuch is not a folder" in absent.stderr
    assert "SERVICE_WAIT_FOR_MODEL" in absent.stderr


def test_a_misspelt_setting_ends_the_start_and_what_a_platform_sets_does_not(models: Path) -> None:
    found = command(models=models, modle="bees")
    assert found.returncode == 1
    assert found.stderr.startswith("SERVICE_MODLE is not a setting of this service. Did you mean SERVICE_MODEL?")
    with running(models, tags="blue", name="classifier") as service:  # as Registrator and Consul set them
        assert "SERVICE_TAGS is not a setting of this service, and is ignored" in service.log.read_text()
