"""Names of columns, and folders that say whose the curves in them are."""

from __future__ import annotations

from pathlib import Path

import pytest

import doctor
from doctor.columns import role
from tests.doctor.event_files import event_file
from tests.doctor.test_joining import values


@pytest.mark.parametrize(
    ("column", "curve"),
    [
        ("metrics/accuracy_top1", "accuracy"),
        ("Logloss", "loss"),
        ("valid_1 binary_logloss", "val_loss"),
        ("validation_0-logloss", "val_loss"),
        ("training.loss", "loss"),
        ("valLoss", "val_loss"),
        ("test_acc", "val_accuracy"),
        ("train/loss_epoch", "loss"),
        ("error_rate", "accuracy"),
    ],
)
def test_more_names_are_understood(column: str, curve: str) -> None:
    own = role(column)

    assert own is not None
    assert own.curve == curve


@pytest.mark.parametrize(
    "column", ["auc", "a_loss", "balanced_accuracy", "accuracy_top5", "lr", "evaluation_loss_vs_iterations", ""]
)
def test_what_is_neither_loss_nor_accuracy_is_left_alone(column: str) -> None:
    assert role(column) is None


@pytest.mark.parametrize("names", [("loss_train", "loss_val"), ("train", "validation"), ("learn", "test")])
def test_writers_are_told_apart_by_their_folders(tmp_path: Path, names: tuple[str, str]) -> None:
    for name, factor in zip(names, (1.0, 2.0), strict=True):
        (tmp_path / name).mkdir()
        events = [(step, "loss", factor / (step + 1)) for step in range(4)]
        (tmp_path / name / "events.out.tfevents.1").write_bytes(event_file(events))
    run = doctor.read_run(tmp_path)

    assert values(run, "loss") == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    assert values(run, "val_loss") == pytest.approx([2, 1, 2 / 3, 1 / 2])


def test_two_versions_in_a_folder_are_asked_for(tmp_path: Path) -> None:
    for version in ("version_0", "version_1"):
        (tmp_path / version).mkdir()
        events = [(step, "loss", 1.0 / (step + 1 + int(version[-1]))) for step in range(4)]
        (tmp_path / version / "events.out.tfevents.1").write_bytes(event_file(events))

    with pytest.raises(doctor.HistoryError, match="'version_0', 'version_1'"):
        doctor.read(tmp_path)
    assert doctor.read(tmp_path, run="version_1")[0]["loss"][0] == 0.5
