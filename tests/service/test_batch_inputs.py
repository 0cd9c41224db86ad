"""What a batch takes: folders, lists and buckets; and what it refuses."""

import csv
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.service.batches import assert_every_image_once, make_images, make_list, results
from tests.service.pictures import picture
from tests.service.publishing import publish


def test_a_folder_is_walked_in_order_and_without_what_is_no_image(
    run_batch: Callable[..., int], tmp_path: Path
) -> None:
    images = tmp_path / "images"
    make_images(images / "b", 2)
    make_images(images / "a" / "deep", 1)
    (images / "z.JPG").write_bytes(picture())
    (images / "notes.txt").write_text("no")
    (images / ".hidden.png").write_bytes(picture())
    (images / "b" / "loop").symlink_to(images)
    assert run_batch(images, tmp_path / "out") == 0
    assert [row["path"] for row in results(tmp_path / "out")] == ["z.JPG", "a/deep/000.png", "b/000.png", "b/001.png"]


def test_a_name_that_is_not_utf8_does_not_stop_the_job(run_batch: Callable[..., int], tmp_path: Path) -> None:
    make_images(tmp_path / "images", 1)
    odd = bytes(tmp_path / "images") + b"/\xff.png"
    with open(odd, "wb") as file:
        file.write(picture())
    assert run_batch(tmp_path / "images", tmp_path / "out") == 0
    assert [(row["path"], row["code"]) for row in results(tmp_path / "out")] == [
        ("000.png", None),
        ("\\udcff.png", "not_found"),
    ]


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
def test_lists_name_images_beside_them_and_anywhere(run_batch: Callable[..., int], tmp_path: Path, kind: str) -> None:
    names = make_images(tmp_path / "images", 6)
    paths = [f"images/{name}" for name in names[:3]] + [str(tmp_path / "images" / name) for name in names[3:]]
    listed = tmp_path / f"list.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table({"other": list(range(6)), "path": paths}), listed, row_group_size=2)
    else:
        with listed.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if kind == "tsv" else ",")
            writer.writerows([("other", "path"), *enumerate(paths)])
    assert run_batch(listed, tmp_path / "out", "--part-size", 4) == 0
    assert_every_image_once(tmp_path / "out", paths)


def test_buckets_are_read_and_written_through_fsspec(run_batch: Callable[..., int]) -> None:
    bucket = fsspec.filesystem("memory")
    names = [f"{number:03d}.png" for number in range(7)]
    for number, name in enumerate(names):
        bucket.pipe_file(f"/bucket/in/{name}", picture(number))
    assert run_batch("memory://bucket/in", "memory://bucket/out", "--part-size", 3) == 0
    assert_every_image_once("memory://bucket/out", names)
    bucket.pipe_file(
        "/bucket/list.csv", "\n".join(["path", *(f"memory://bucket/in/{name}" for name in names)]).encode()
    )
    assert run_batch("memory://bucket/list.csv", "memory://bucket/again") == 0
    assert_every_image_once("memory://bucket/again", [f"memory://bucket/in/{name}" for name in names])


def test_an_empty_object_is_a_bad_image_and_not_an_outage(
    run_batch: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 refuses any range of an empty object (416, InvalidRange), which arrives as an error of the file system."""
    whole = MemoryFileSystem.cat_file

    def refuse(files: MemoryFileSystem, path: str, start: int | None = None, *more: Any, **options: Any) -> bytes:
        if start is not None and not files.size(path):
            raise OSError(errno.EINVAL, "The requested range is not satisfiable")
        return bytes(whole(files, path, start, *more, **options))

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refuse)
    bucket = fsspec.filesystem("memory")
    bucket.pipe_file("/empty/in/a.png", b"")
    bucket.pipe_file("/empty/in/b.png", picture(1))
    assert run_batch("memory://empty/in", "memory://empty/out") == 0
    assert [(row["path"], row["code"]) for row in results("memory://empty/out")] == [
        ("a.png", "empty"),
        ("b.png", None),
    ]


def test_the_plan_is_listed_in_pieces(run_batch: Callable[..., int], tmp_path: Path) -> None:
    names = make_images(tmp_path / "images", 10)
    assert run_batch(tmp_path / "images", tmp_path / "out", "--part-size", 4) == 0
    planned = [pq.read_table(path).num_rows for path in sorted((tmp_path / "out" / "plan").iterdir())]
    assert planned == [4, 4, 2]
    assert_every_image_once(tmp_path / "out", names)


def test_half_a_plan_is_made_anew(run_batch: Callable[..., int], tmp_path: Path) -> None:
    names = make_images(tmp_path / "images", 6)
    half = tmp_path / "out" / "plan"
    half.mkdir(parents=True)
    for number in (0, 7):  # as a kill leaves it: plan.json comes last
        pq.write_table(pa.table({"path": ["another.png"]}), half / f"part-0000000{number}.parquet")
    assert run_batch(tmp_path / "images", tmp_path / "out", "--part-size", 4) == 0
    assert_every_image_once(tmp_path / "out", names)


def test_another_model_version_is_refused_and_the_first_one_goes_on(
    run_batch: Callable[..., int], models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = make_images(tmp_path / "images", 4)
    assert run_batch(tmp_path / "images", tmp_path / "out", "--part-size", 2) == 0
    publish(models, gain=2.0)
    (tmp_path / "out" / "parts" / "part-00000001.parquet").unlink()
    assert run_batch(tmp_path / "images", tmp_path / "out") == 1
    refused = capsys.readouterr().err
    assert "begun with default version 1" in refused
    assert "--version 1" in refused
    assert run_batch(tmp_path / "images", tmp_path / "out", "--version", 1) == 0
    assert_every_image_once(tmp_path / "out", names)


def test_another_input_is_refused(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, output = tmp_path / "images", tmp_path / "out"
    names = make_images(images, 3)
    assert run_batch(images, output) == 0
    make_images(tmp_path / "others", 3)
    assert run_batch(tmp_path / "others", output) == 1
    assert "has the input" in capsys.readouterr().err
    (images / "new.png").write_bytes(picture())
    assert run_batch(images, output) == 1
    assert "was 3 images and is 4" in capsys.readouterr().err
    assert run_batch(images, output, "--trust-plan") == 0
    assert_every_image_once(output, names)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path / "absent", "is not there"),
        (lambda path: path, "holds no images"),
        (lambda path: make_list(path / "list.csv", []), "holds no images"),
        (lambda path: write(path / "list.csv", "what,label\na,1\n"), "columns what, label; one named path"),
        (lambda path: write(path / "list.csv", "image,photo\na.png,b.png\n"), "image and photo could name the images"),
        (lambda path: write(path / "list.json", '{"a": 1}'), "JSON of no kind that lists images"),
        (lambda path: write(path / "photo.jpg", "x"), "is a file; a folder, a .tar or .zip"),
        (lambda path: write(path / "shard.tar", "x" * 2000), "cannot be read as an archive"),
        (lambda path: "nothing://bucket", "cannot be opened"),
    ],
)
def test_inputs_that_cannot_be_used_are_named(
    run_batch: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], object],
    said: str,
) -> None:
    (tmp_path / "empty").mkdir()
    assert run_batch(make(tmp_path / "empty"), tmp_path / "out") == 1
    assert said in capsys.readouterr().err


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
