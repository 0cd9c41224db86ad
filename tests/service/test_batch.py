"""Batches in this process: rows as /predict gives them, and what goes wrong."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest
from flask.testing import FlaskClient

from service.batch import local
from service.batch.job import Job, Outcome
from tests.service.batches import assert_every_image_once, batch, make_images, make_list, results
from tests.service.pictures import picture


def test_rows_are_what_predict_answers(
    run_batch: Callable[..., int],
    make_client: Callable[..., FlaskClient],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = make_client(max_pixels=10_000)
    images = tmp_path / "images"
    make_images(images, 5)
    (images / "text.jpg").write_bytes(b"no image")
    (images / "empty.png").write_bytes(b"")
    (images / "cut.png").write_bytes(picture()[:60])
    (images / "wide.png").write_bytes(picture(size=(120, 90)))
    monkeypatch.setenv("SERVICE_MAX_PIXELS", "10000")
    assert run_batch(images, tmp_path / "out", "--part-size", 4) == 0
    rows = results(tmp_path / "out")
    assert len(rows) == 9
    for row in rows:
        path, model, version = (row.pop(name) for name in ("path", "model", "version"))
        found = {
            name: dict(value) if name == "probabilities" else value for name, value in row.items() if value is not None
        }
        answer = client.post("/predict", data=(images / path).read_bytes()).get_json()
        assert (model, version) == ("default", "1")
        if "predictions" in answer:
            wanted = {name: value for name, value in answer["predictions"][0].items() if value is not None}
        else:
            wanted = {name: answer[name] for name in ("code", "limit") if name in answer}
            assert "curl" not in found.pop("error")  # in words for people, where /predict's are for programs
        assert found == wanted
    codes = {row["path"]: row["code"] for row in results(tmp_path / "out") if row["code"]}
    assert codes == {
        "text.jpg": "not_an_image",
        "empty.png": "empty",
        "cut.png": "unreadable",
        "wide.png": "too_many_pixels",
    }


def test_bad_images_are_listed_with_their_reason(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 3)
    (tmp_path / "images" / "large.png").write_bytes(b"\0" * (20 * 1024**2 + 1))
    listed = make_list(tmp_path / "list.csv", ["images/000.png", "images/gone.png", "images", "images/large.png"])
    assert run_batch(listed, tmp_path / "out", "--part-size", 2) == 0
    assert len(names) == 3
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["complete"] is True
    assert (summary["images"], summary["done"]) == (4, 4)
    assert summary["problems"] == {"not_found": 1, "not_an_image": 1, "too_many_bytes": 1}
    assert [example["path"] for example in summary["examples"]] == ["images/gone.png", "images", "images/large.png"]
    kept = sorted((tmp_path / "out" / "problems").iterdir())
    lines = [json.loads(line) for path in kept for line in path.read_text().splitlines()]
    assert [(line["path"], line["code"]) for line in lines] == [
        ("images/gone.png", "not_found"),
        ("images", "not_an_image"),
        ("images/large.png", "too_many_bytes"),
    ]
    assert "images/gone.png: not_found: There is no file at this path." in capsys.readouterr().err


def test_storage_that_does_not_answer_fails_the_part_and_not_its_images(
    run_batch: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 4)
    read = fsspec.implementations.local.LocalFileSystem.cat_file

    def broken(self: object, path: str, *arguments: object, **options: object) -> bytes:
        if path.endswith("003.png"):
            raise TimeoutError("the disk is away")
        return bytes(read(self, path, *arguments, **options))

    with monkeypatch.context() as patch:
        patch.setattr(fsspec.implementations.local.LocalFileSystem, "cat_file", broken)
        assert run_batch(tmp_path / "images", tmp_path / "out", "--part-size", 2) == 1
    assert "the disk is away" in capsys.readouterr().err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["complete"], summary["done"], list(summary["failed_parts"])) == (
        False,
        2,
        ["part-00000001.parquet"],
    )
    assert run_batch(tmp_path / "images", tmp_path / "out") == 0
    assert_every_image_once(tmp_path / "out", names)


def test_parts_are_given_up_where_none_succeeds(
    run_batch: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "images", 200)
    tried = []

    def fail(job: Job, numbers: list[int], workers: int) -> object:
        for number in numbers:
            tried.append(number)
            yield Outcome(number, None, "nothing works")

    monkeypatch.setattr(local, "run", fail)
    assert run_batch(tmp_path / "images", tmp_path / "out", "--part-size", 1) == 1
    assert len(tried) < 200


def test_without_ray_the_error_says_how_to_install_it(
    run_batch: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "images", 1)
    monkeypatch.delitem(sys.modules, "service.batch.ray_tasks", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run_batch(tmp_path / "images", tmp_path / "out", "--engine", "ray") == 1
    assert "pip install 'thirtyfive[ray]'" in capsys.readouterr().err


def test_without_pyarrow_rows_are_csv_and_the_error_says_how_to_have_parquet(models: Path, tmp_path: Path) -> None:
    names = make_images(tmp_path / "images", 3)
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "pyarrow.py").write_text("raise ImportError('no pyarrow')")
    arguments = (tmp_path / "images", tmp_path / "out", "--models", models, "--workers", 1)
    found = batch(*arguments, "--format", "parquet", PYTHONPATH=str(tmp_path / "absent"))
    assert found.returncode == 1
    assert "pip install '.[batch]'" in found.stderr
    assert "Traceback" not in found.stderr
    found = batch(*arguments, PYTHONPATH=str(tmp_path / "absent"))
    assert found.returncode == 0, found.stderr
    with (tmp_path / "out" / "parts" / "part-00000000.csv").open(newline="") as file:
        assert [row["path"] for row in csv.DictReader(file)] == names
