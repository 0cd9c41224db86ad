"""Batches in this process: inputs of every kind, rows as /predict gives them, refusals."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from service.batch import local
from service.batch.commands import main
from service.batch.job import Job, Outcome
from tests.service.batches import assert_every_image_once, batch, make_images, make_list, results
from tests.service.pictures import picture
from tests.service.publishing import publish


@pytest.fixture
def run(models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that gives the command in this process, which has the test's models and small parts."""
    monkeypatch.setenv("SERVICE_MODELS", str(models))
    return lambda *arguments: main([*map(str, arguments), "--workers", "0"])


def test_rows_are_what_predict_answers(
    run: Callable[..., int],
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
    assert run(images, tmp_path / "out", "--part-size", 4) == 0
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
            wanted = {name: answer[name] for name in ("error", "code", "limit") if name in answer}
        assert found == wanted
    codes = {row["path"]: row["code"] for row in results(tmp_path / "out") if row["code"]}
    assert codes == {
        "text.jpg": "not_an_image",
        "empty.png": "empty",
        "cut.png": "unreadable",
        "wide.png": "too_many_pixels",
    }


def test_bad_images_are_listed_with_their_reason(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 3)
    (tmp_path / "images" / "large.png").write_bytes(b"\0" * (20 * 1024**2 + 1))
    listed = make_list(tmp_path / "list.csv", ["images/000.png", "images/gone.png", "images", "images/large.png"])
    assert run(listed, tmp_path / "out", "--part-size", 2) == 0
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


def test_a_folder_is_walked_in_order_and_without_what_is_no_image(run: Callable[..., int], tmp_path: Path) -> None:
    images = tmp_path / "images"
    make_images(images / "b", 2)
    make_images(images / "a" / "deep", 1)
    (images / "z.JPG").write_bytes(picture())
    (images / "notes.txt").write_text("no")
    (images / ".hidden.png").write_bytes(picture())
    (images / "b" / "loop").symlink_to(images)
    assert run(images, tmp_path / "out") == 0
    assert [row["path"] for row in results(tmp_path / "out")] == ["z.JPG", "a/deep/000.png", "b/000.png", "b/001.png"]


def test_a_name_that_is_not_utf8_does_not_stop_the_job(run: Callable[..., int], tmp_path: Path) -> None:
    make_images(tmp_path / "images", 1)
    odd = bytes(tmp_path / "images") + b"/\xff.png"
    with open(odd, "wb") as file:
        file.write(picture())
    assert run(tmp_path / "images", tmp_path / "out") == 0
    assert [(row["path"], row["code"]) for row in results(tmp_path / "out")] == [
        ("000.png", None),
        ("\\udcff.png", "not_found"),
    ]


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
def test_lists_name_images_beside_them_and_anywhere(run: Callable[..., int], tmp_path: Path, kind: str) -> None:
    names = make_images(tmp_path / "images", 6)
    paths = [f"images/{name}" for name in names[:3]] + [str(tmp_path / "images" / name) for name in names[3:]]
    listed = tmp_path / f"list.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table({"other": list(range(6)), "path": paths}), listed, row_group_size=2)
    else:
        with listed.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if kind == "tsv" else ",")
            writer.writerows([("other", "path"), *enumerate(paths)])
    assert run(listed, tmp_path / "out", "--part-size", 4) == 0
    assert_every_image_once(tmp_path / "out", paths)


def test_buckets_are_read_and_written_through_fsspec(run: Callable[..., int]) -> None:
    bucket = fsspec.filesystem("memory")
    names = [f"{number:03d}.png" for number in range(7)]
    for number, name in enumerate(names):
        bucket.pipe_file(f"/bucket/in/{name}", picture(number))
    assert run("memory://bucket/in", "memory://bucket/out", "--part-size", 3) == 0
    assert_every_image_once("memory://bucket/out", names)
    bucket.pipe_file(
        "/bucket/list.csv", "\n".join(["path", *(f"memory://bucket/in/{name}" for name in names)]).encode()
    )
    assert run("memory://bucket/list.csv", "memory://bucket/again") == 0
    assert_every_image_once("memory://bucket/again", [f"memory://bucket/in/{name}" for name in names])


def test_the_plan_is_listed_in_pieces(run: Callable[..., int], tmp_path: Path) -> None:
    names = make_images(tmp_path / "images", 10)
    assert run(tmp_path / "images", tmp_path / "out", "--part-size", 4) == 0
    planned = [pq.read_table(path).num_rows for path in sorted((tmp_path / "out" / "plan").iterdir())]
    assert planned == [4, 4, 2]
    assert_every_image_once(tmp_path / "out", names)


def test_half_a_plan_is_made_anew(run: Callable[..., int], tmp_path: Path) -> None:
    names = make_images(tmp_path / "images", 6)
    half = tmp_path / "out" / "plan"
    half.mkdir(parents=True)
    for number in (0, 7):  # as a kill leaves it: plan.json comes last
        pq.write_table(pa.table({"path": ["another.png"]}), half / f"part-0000000{number}.parquet")
    assert run(tmp_path / "images", tmp_path / "out", "--part-size", 4) == 0
    assert_every_image_once(tmp_path / "out", names)


def test_another_model_version_is_refused_and_the_first_one_goes_on(
    run: Callable[..., int], models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 4)
    assert run(tmp_path / "images", tmp_path / "out", "--part-size", 2) == 0
    publish(models, gain=2.0)
    (tmp_path / "out" / "parts" / "part-00000001.parquet").unlink()
    assert run(tmp_path / "images", tmp_path / "out") == 1
    refused = capsys.readouterr().err
    assert "begun with default version 1" in refused
    assert "--version 1" in refused
    assert run(tmp_path / "images", tmp_path / "out", "--version", 1) == 0
    assert_every_image_once(tmp_path / "out", names)


def test_another_input_is_refused(run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images, output = tmp_path / "images", tmp_path / "out"
    names = make_images(images, 3)
    assert run(images, output) == 0
    make_images(tmp_path / "others", 3)
    assert run(tmp_path / "others", output) == 1
    assert "has the input" in capsys.readouterr().err
    (images / "new.png").write_bytes(picture())
    assert run(images, output) == 1
    assert "was 3 images and is 4" in capsys.readouterr().err
    assert run(images, output, "--trust-plan") == 0
    assert_every_image_once(output, names)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path / "absent", "is not there"),
        (lambda path: path, "holds no images"),
        (lambda path: make_list(path / "list.csv", []), "holds no images"),
        (lambda path: write(path / "list.csv", "file,label\na.png,1\n"), "columns file, label; one named path"),
        (lambda path: "nothing://bucket", "cannot be opened"),
    ],
)
def test_inputs_that_cannot_be_used_are_named(
    run: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], object],
    said: str,
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(make(tmp_path / "empty"), tmp_path / "out") == 1
    assert said in capsys.readouterr().err


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_storage_that_does_not_answer_fails_the_part_and_not_its_images(
    run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 4)
    read = fsspec.implementations.local.LocalFileSystem.cat_file

    def broken(self: object, path: str, *arguments: object, **options: object) -> bytes:
        if path.endswith("003.png"):
            raise TimeoutError("the disk is away")
        return bytes(read(self, path, *arguments, **options))

    with monkeypatch.context() as patch:
        patch.setattr(fsspec.implementations.local.LocalFileSystem, "cat_file", broken)
        assert run(tmp_path / "images", tmp_path / "out", "--part-size", 2) == 1
    assert "the disk is away" in capsys.readouterr().err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["complete"], summary["done"], list(summary["failed_parts"])) == (
        False,
        2,
        ["part-00000001.parquet"],
    )
    assert run(tmp_path / "images", tmp_path / "out") == 0
    assert_every_image_once(tmp_path / "out", names)


def test_parts_are_given_up_where_none_succeeds(
    run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "images", 200)
    tried = []

    def fail(job: Job, numbers: list[int], workers: int) -> object:
        for number in numbers:
            tried.append(number)
            yield Outcome(number, None, "nothing works")

    monkeypatch.setattr(local, "run", fail)
    assert run(tmp_path / "images", tmp_path / "out", "--part-size", 1) == 1
    assert len(tried) < 200


def test_without_ray_the_error_says_how_to_install_it(
    run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "images", 1)
    monkeypatch.delitem(sys.modules, "service.batch.ray_tasks", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run(tmp_path / "images", tmp_path / "out", "--engine", "ray") == 1
    assert "pip install 'thirtyfive[ray]'" in capsys.readouterr().err


def test_without_pyarrow_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('no pyarrow')")
    found = batch(tmp_path, tmp_path / "out", PYTHONPATH=str(tmp_path))
    assert found.returncode == 1
    assert "pip install 'thirtyfive[batch]'" in found.stderr
    assert "Traceback" not in found.stderr
