"""The command where something comes between: a file that vanishes or changes meanwhile, and an interrupt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from artifact import publishing
from training.command import main
from training.problem.interface import Candidate, Problem

Command = Callable[..., tuple[int, str, str]]


@pytest.mark.usefixtures("stand_in")
def test_a_file_that_vanishes_meanwhile_is_an_error_and_no_traceback(
    command: Command, tmp_path: Path, data: Path, stand_in: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = stand_in.candidates

    def candidates(problem: Problem) -> Sequence[Candidate]:
        prepared: Sequence[Candidate] = prepare(problem)
        (data / "no" / "0.png").unlink()
        return prepared

    monkeypatch.setattr(stand_in, "candidates", candidates)
    status, _, errors = command(data)
    assert status == 1
    assert f"Nothing was published. {data / 'no' / '0.png'} cannot be used (No such file or directory)" in errors
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("stand_in")
def test_a_file_that_is_overwritten_meanwhile_is_an_error_and_no_traceback(
    command: Command, data: Path, stand_in: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = stand_in.candidates

    def candidates(problem: Problem) -> Sequence[Candidate]:
        (data / "no" / "0.png").write_bytes(b"no picture any more")
        prepared: Sequence[Candidate] = prepare(problem)
        return prepared

    monkeypatch.setattr(stand_in, "candidates", candidates)
    status, _, errors = command(data)
    assert status == 1
    assert "Nothing was published. A file was changed while the images were read" in errors


@pytest.mark.parametrize("moment", ["evaluating", "publishing"])
def test_an_interrupt_leaves_what_was_published_as_it_was(
    command: Command, tmp_path: Path, data: Path, stand_in: ModuleType, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    assert command(data)[0] == 0
    before = {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()}

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        *{"evaluating": (stand_in, "candidates"), "publishing": (publishing, "_flush_folder")}[moment], interrupt
    )
    status, printed, errors = command(data, "--seed", "7")
    assert status == 130
    assert "nothing was published" in errors
    assert printed == ""
    assert {path: path.read_bytes() for path in (tmp_path / "models").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("options", [("--no-cache",), ("--cache", "features")])
def test_an_interrupt_promises_cached_features_only_where_there_is_a_cache(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.command._run", interrupt)
    assert main([str(data), *options]) == 130
    assert ("cached features" in " ".join(capsys.readouterr().err.split())) == (options[0] == "--cache")
