"""Runs that cannot succeed, by a strategy that takes no time: they are refused before the work."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest

from artifact.errors import ArtifactError
from training.errors import TrainingError
from training.evaluation.thresholds import Costs
from training.pipeline import Outcome, train
from training.problem.interface import Problem
from training.progress import Stages
from training.settings import Settings

Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, write_images: Callable[..., Path]) -> Run:
    """Train with settings, by default on ten images of each class."""
    data = write_images(tmp_path / "data", range(10))

    def once(**settings: Any) -> Outcome:
        asked: dict[str, Any] = {"source": data, "models": tmp_path / "models", "folds": 3, "repeats": 2} | settings
        return train(Settings(**asked), Stages(quiet=True))

    return once


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch, stand_in: ModuleType) -> None:
    """Fail where a strategy is asked for anything."""

    def candidates(problem: Problem) -> None:
        raise AssertionError("this was to be refused before the work")

    monkeypatch.setattr(stand_in, "candidates", candidates)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "../outside"}, r"cannot name a model"),
        ({"name": "Bees"}, r"cannot name a model"),
        ({"costs": Costs(at_most_false_yes=0.01)}, r"--at-most-false-yes 0.01 .* 10 images .* at least 99 are needed"),
        ({"test": "0.9"}, r"--test 0.9"),
        ({"positive": "maybe"}, r"--positive maybe"),
    ],
)
def test_what_cannot_be_done_is_refused_before_the_work(
    run: Run, tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises((TrainingError, ArtifactError), match=message):
        run(**settings)
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("no_work")
def test_a_folder_that_cannot_be_written_to_is_refused_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(TrainingError, match=r"file is not a folder .* --models"):
        run(models=tmp_path / "file")
    with pytest.raises(TrainingError, match=r"/proc is not a folder that can be written to .* --models"):
        run(models=Path("/proc/models"))  # whatever its permissions say
    monkeypatch.setattr(tempfile, "mkdtemp", Mock(side_effect=PermissionError(13, "Permission denied")))
    with pytest.raises(TrainingError, match=rf"{tmp_path} is not .* written to \(Permission denied\)"):
        run(models=tmp_path / "deep" / "models")  # as for a user who may not; root may everything


@pytest.mark.usefixtures("no_work")
def test_a_full_disk_is_found_before_the_work_and_the_probe_is_gone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(TrainingError, match="No space left on device"):
        run(models=tmp_path / "models")
    assert not list(tmp_path.glob(".probe-*"))


@pytest.mark.usefixtures("no_work")
def test_a_cautionary_baseline_by_itself_is_refused_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, stand_in: ModuleType
) -> None:
    monkeypatch.setattr(stand_in, "CHOOSABLE", False)
    with pytest.raises(TrainingError, match="question is a cautionary baseline"):
        run(strategies=("question",))
