"""What a batch says at its end: the model, doubts, and every file that it passed over."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fsspec.implementations.local import LocalFileSystem
from PIL import Image

from artifact.passed import PassedOver
from service.batch import closing
from service.batch.table import Tally
from tests.service.batches import make_images, make_list, results
from tests.service.pictures import picture


def two_halves() -> bytes:
    """Return a picture that is black and white, whose spread is above the limit of the tests' model."""
    pixels = np.zeros((80, 80), np.uint8)
    pixels[:, 40:] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def summary(output: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((output / "summary.json").read_text())
    return found


def test_every_file_that_is_passed_over_is_counted_with_its_reason(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "images"
    for folder in ("a", ".cache", "closed", "__MACOSX"):
        make_images(images / folder, 1)
    (images / "loop").symlink_to(images)
    for name in ("saved.jfif", "seen.JPG", "notes.txt", "more.TXT", "raw.cr2", "IM0001", ".hidden.png", "Thumbs.db"):
        (images / name).write_bytes(picture())
    for name in ("README", "more.xyz"):
        (images / name).write_text("text")
    ls = LocalFileSystem.ls

    def closed(self: LocalFileSystem, path: str, *arguments: Any, **options: Any) -> Any:
        if path.endswith("closed"):  # root may read every folder, so the disk's refusal is put here
            raise PermissionError(13, "Permission denied", path)
        return ls(self, path, *arguments, **options)

    monkeypatch.setattr(LocalFileSystem, "ls", closed)
    assert run_batch(images, tmp_path / "out") == 0
    assert [row["path"] for row in results(tmp_path / "out")] == ["IM0001", "saved.jfif", "seen.JPG", "a/000.png"]
    passed = summary(tmp_path / "out")["passed_over"]
    assert passed["counts"] == {
        "hidden": {"/": 1, ".png": 1},
        "note": {".txt": 2},
        "suffix": {"": 1, ".xyz": 1},
        "raw": {".cr2": 1},
        "system": {".db": 1, "/": 1},
        "folder_link": {"/": 1},
        "unreadable_folder": {"/": 1},
    }
    assert passed["files"] == 11
    assert {(one["path"], one["reason"]) for one in passed["names"]} >= {
        ("closed/", "unreadable_folder"),
        (".hidden.png", "hidden"),
        ("notes.txt", "note"),
    }
    said = capsys.readouterr().out
    assert "Passed over 11:" in said
    assert "2 .txt (notes beside images)" in said
    assert "1 folder (a folder that cannot be read)" in said
    assert run_batch(images, tmp_path / "out") == 0  # a run that goes on says it again
    assert "Passed over 11:" in capsys.readouterr().out


def test_an_input_that_may_not_be_read_is_an_error(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "images", 1)

    def closed(self: LocalFileSystem, path: str, *arguments: Any, **options: Any) -> Any:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "ls", closed)
        assert run_batch(tmp_path / "images", tmp_path / "out") == 1
    assert "Permission denied" in capsys.readouterr().err


def test_a_folder_whose_files_are_all_passed_over_says_so(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "images").mkdir()
    for name in ("IM0001.xyz", "IM0002.xyz"):
        (tmp_path / "images" / name).write_bytes(picture())
    assert run_batch(tmp_path / "images", tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert "2 .xyz (not an image suffix)" in said
    assert "answered where a list names them" in said
    listed = make_list(tmp_path / "list.csv", ["images/IM0001.xyz", "", "images/IM0002.xyz"])
    listed.write_text(listed.read_text().replace("\n\n", '\n""\n'))
    assert run_batch(listed, tmp_path / "out") == 0
    assert summary(tmp_path / "out")["done"] == 2
    assert summary(tmp_path / "out")["passed_over"]["names"] == [{"path": "row 2", "reason": "no_path"}]


def test_a_format_that_is_switched_off_is_a_row_with_its_reason(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "images", 2)
    monkeypatch.setenv("SERVICE_FORMATS", "JPEG")
    assert run_batch(tmp_path / "images", tmp_path / "out") == 0
    captured = capsys.readouterr()
    assert "2 without an answer (2 not_an_image)" in captured.out
    assert "is a PNG, which is switched off here" in captured.err


@pytest.mark.parametrize(("unlike", "familiar", "asked"), [(3, 1, True), (2, 2, False), (0, 3, False)])
def test_images_that_are_mostly_unfamiliar_raise_the_question_of_the_model(
    run_batch: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    unlike: int,
    familiar: int,
    asked: bool,
) -> None:
    (tmp_path / "images").mkdir()
    for number in range(unlike + familiar):
        (tmp_path / "images" / f"{number}.png").write_bytes(two_halves() if number < unlike else picture(90))
    assert run_batch(tmp_path / "images", tmp_path / "out") == 0
    found = summary(tmp_path / "out")
    assert found["unfamiliar"] == unlike
    assert (found["model"]["name"], found["model"]["version"]) == ("default", "1")
    captured = capsys.readouterr()
    count = unlike + familiar
    assert f"Done with default/1: {count} images (" in captured.out
    assert f"{unlike} unfamiliar" in captured.out
    question = f"{unlike} of {count} images are unlike its training images: is this the right model?"
    assert (question in captured.err) is asked
    assert run_batch(tmp_path / "images", tmp_path / "out", "--fail-on", "unfamiliar") == (3 if asked else 0)
    assert ("by --fail-on unfamiliar" in capsys.readouterr().err) is asked


def test_images_without_an_answer_fail_where_that_is_asked_for(run_batch: Callable[..., int], tmp_path: Path) -> None:
    make_images(tmp_path / "images", 1)
    wanted = ["--fail-on", "unfamiliar", "--fail-on", "unanswered"]
    assert run_batch(tmp_path / "images", tmp_path / "out", *wanted) == 0
    (tmp_path / "images" / "broken.png").write_bytes(picture()[:50])
    assert run_batch(tmp_path / "images", tmp_path / "more", *wanted) == 3
    assert run_batch(tmp_path / "images", tmp_path / "more") == 0
    (tmp_path / "images" / "text.png").write_text("hello")
    assert run_batch(tmp_path / "images", tmp_path / "text") == 0
    assert any(
        "text ('hello')" in one["error"] and "curl" not in one["error"]
        for one in results(tmp_path / "text")
        if one["error"]
    )


def test_a_reader_that_leaves_changes_neither_the_exit_status_nor_what_is_asked(
    run_batch: Callable[..., int], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "0.png").write_bytes(two_halves())
    read, write = os.pipe()
    os.close(read)  # as `head` does once it has what it wants
    with os.fdopen(write, "w") as nobody:
        monkeypatch.setattr(sys, "stdout", nobody)
        assert run_batch(tmp_path / "images", tmp_path / "out", "--fail-on", "unfamiliar") == 3
    said = capfd.readouterr().err
    assert "is this the right model?" in said
    assert "Broken pipe" not in said


def test_the_closing_line_counts_only_what_was_answered_as_familiar_or_not() -> None:
    tally = Tally(images=10)
    tally.labels.update(face=3)
    tally.problems.update(unreadable=7)
    tally.unfamiliar = 2
    assert "2 of 3 images" in (closing.doubt(tally) or "")
    assert closing.doubt(Tally()) is None


def test_what_is_kept_of_the_passed_over_is_bounded() -> None:
    passed = PassedOver()
    for number in range(5000):
        passed.add(f"file.{number}", "suffix")
    assert passed.files == 5000
    assert len(passed.names) == 1000
    assert len(passed.counts["suffix"]) == 101
    assert "others" in passed.counts["suffix"]
    assert len(passed.sentence()) < 300
    assert PassedOver.from_json(json.loads(json.dumps(passed.to_json()))).to_json() == passed.to_json()


def test_animations_of_which_one_frame_was_read_are_counted(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "images", 2)
    first, second = (Image.new("L", (8, 8), shade) for shade in (40, 200))
    first.save(tmp_path / "images" / "moving.gif", save_all=True, append_images=[second])
    assert run_batch(tmp_path / "images", tmp_path / "out") == 0
    assert summary(tmp_path / "out")["animations"] == 1
    assert "One frame was read of each animation (1)." in capsys.readouterr().out
