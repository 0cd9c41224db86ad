"""What all commands do alike: guesses at usage errors, the version, pipes whose reader leaves, narrow terminals."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor import cli, command_line
from service.batch import commands as batch
from service.ray_serve import commands as ray_serve
from service.server import commands as service
from training import options
from training.labelling import command as suggest
from training.pretraining import __main__ as pretraining
from training.triton import command as triton

ROOT = Path(__file__).parents[2]
LOG = "docs/history.csv"
COMMANDS = [
    options.parse,
    cli.main,
    service.main,
    batch.main,
    ray_serve.main,
    triton.main,
    suggest.main,
    pretraining.main,
]


def told(command: Callable[[list[str]], object], words: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run a command that ends in a usage error, and return the lines that it prints."""
    with pytest.raises(SystemExit) as ended:
        command(words)
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("command", "words", "guess"),
    [
        (options.parse, ["photos", "--nam", "bees"], "--name"),
        (options.parse, ["--strategy", "pretrainde"], "pretrained"),
        (options.parse, ["photos", "--include", "edgse"], "edges"),
        (options.parse, ["--example", "fases"], "faces"),
        (cli.main, [LOG, "--ntrain", "35"], "--n-train"),
        (service.main, ["rolback", "bees"], "rollback"),
        (batch.main, ["a", "b", "--modle", "bees"], "--model"),
        (batch.main, ["a", "b", "--fail-on", "unfamilar"], "unfamiliar"),
        (batch.main, ["--modle", "bees"], "--model"),  # before it is said that INPUT and OUTPUT are missing
        (ray_serve.main, ["--adress", "auto"], "--address"),
        (triton.main, ["bees", "out", "--decodres", "2"], "--decoders"),
        (suggest.main, ["bees", "more", "--cuont", "2"], "--count"),
        (pretraining.main, ["--skpi", "2"], "--skip"),
    ],
)
def test_a_mistyped_word_is_answered_in_two_lines_of_which_the_first_guesses_what_was_meant(
    command: Callable[[list[str]], object], words: list[str], guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = told(command, words, capsys)
    assert first.endswith(f"Did you mean {guess}?")
    assert second.startswith("usage: python -m ")
    assert len(second) < 80


def test_a_word_like_none_is_answered_without_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean" not in told(options.parse, ["--zzz"], capsys)[0]


@pytest.mark.parametrize(
    ("command", "words"),
    [*((command, []) for command in COMMANDS), (service.main, ["models"]), (service.main, ["use"])],
)
def test_every_command_says_the_version_of_the_project(
    command: Callable[[list[str]], object], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command([*words, "--version"])
    assert ended.value.code == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert capsys.readouterr().out == f"thirtyfive {project['version']}\n"
    assert project["version"] == command_line.VERSION


def test_the_help_of_the_doctor_says_its_exit_codes_and_an_example_that_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "docs")
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "exit codes: 0 healthy, 1 findings, 2" in text
    example = re.search(r"example: python -m doctor (.*)$", text)
    assert example is not None
    assert cli.main(example[1].split()) == 1


def doctor(words: list[str], **environment: str) -> tuple[int, bytes, bytes]:
    """Run the doctor as a process, and return its exit status and what it printed."""
    command = [sys.executable, "-m", "doctor", *words]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, check=False)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("20", 40)])
def test_lines_are_as_wide_as_the_terminal_and_can_be_printed_in_ascii(columns: str, widest: int) -> None:
    code, said, errors = doctor([LOG, "--n-train", "35"], COLUMNS=columns, PYTHONIOENCODING="ascii")
    assert (code, errors) == (1, b"")
    lines = [line for line in said.decode("ascii").splitlines() if not line.startswith("(The curves")]
    assert 0.8 * widest < max(map(len, lines)) <= widest
    assert "?" not in said.decode("ascii")


def test_a_reader_that_leaves_changes_neither_the_exit_status_nor_draws_a_complaint() -> None:
    read, write = os.pipe()
    os.close(read)  # as `head` does once it has what it wants
    with os.fdopen(write, "wb") as nobody:
        run = subprocess.run(
            [sys.executable, "-m", "doctor", LOG], cwd=ROOT, stdout=nobody, stderr=subprocess.PIPE, check=False
        )
    assert (run.returncode, run.stderr) == (1, b"")
