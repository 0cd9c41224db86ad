import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.reading import dataset
from training.reading.found import Part
from training.reading.sources import Found


@pytest.fixture
def files(picture: Callable[..., bytes]) -> dict[str, bytes]:
    """A small valid data set: five training and two test images."""
    names = ["train/cat/1.png", "train/cat/2.png", "train/dog/1.png", "train/dog/2.png", "train/dog/3.png"]
    return {name: picture(number) for number, name in enumerate([*names, "test/cat/9.png", "test/dog/9.png"])}


def test_every_image_becomes_a_sample_of_its_part_and_class(
    files: dict[str, bytes], write: Callable[..., Path]
) -> None:
    data = dataset.read_path(write(files))
    assert [(sample.file, sample.label) for sample in data.train] == [
        ("train/cat/1.png", 0),
        ("train/cat/2.png", 0),
        ("train/dog/1.png", 1),
        ("train/dog/2.png", 1),
        ("train/dog/3.png", 1),
    ]
    assert [(sample.file, sample.label) for sample in data.test] == [("test/cat/9.png", 0), ("test/dog/9.png", 1)]
    assert (data.classes.negative, data.classes.positive) == ("cat", "dog")
    assert list(data.counts(data.train).items()) == [("cat", 2), ("dog", 3)]
    assert data.skipped == ()
    for sample in (*data.train, *data.test):
        assert sample.read() == files[sample.file]
        assert sample.facts.sha256 == hashlib.sha256(files[sample.file]).hexdigest()


def test_the_positive_class_is_labelled_one(files: dict[str, bytes], write: Callable[..., Path]) -> None:
    data = dataset.read_path(write(files), positive="cat")
    assert [sample.label for sample in data.train] == [1, 1, 0, 0, 0]
    assert list(data.counts(data.test).items()) == [("dog", 1), ("cat", 1)]


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_what_cannot_be_used_is_skipped_with_the_reason(
    kind: str, files: dict[str, bytes], write: Callable[..., Path], picture: Callable[..., bytes]
) -> None:
    bad = {
        "train/cat/notes": (b"text", "not an image"),
        "train/cat/empty.png": (b"", "no bytes"),
        "train/dog/cut.png": (picture(50)[:-200], "damaged or cut short"),
        "test/dog/page.png": (b"<html>", "not an image"),
    }
    data = dataset.read_path(write(files | {name: content for name, (content, _) in bad.items()}, kind))
    assert len(data.train) == 5
    assert len(data.test) == 2
    assert {entry.file for entry in data.skipped} == set(bad)
    for entry in data.skipped:
        assert bad[entry.file][1] in entry.reason


def test_a_file_that_cannot_be_opened_is_skipped_with_the_reason(
    files: dict[str, bytes], write: Callable[..., Path]
) -> None:
    root = write(
        files | {"list.csv": "\n".join(f"{name},{name.split('/')[1]}" for name in [*files, "x/dog/"]).encode()}
    )
    data = dataset.read_path(root / "list.csv")
    assert len(data.train) == 7
    ((entry),) = data.skipped
    assert entry.file == "x/dog/"
    assert "cannot be read (No such file or directory)" in entry.reason


@pytest.mark.parametrize(
    ("removed", "problem"),
    [
        (["train/cat/1.png"], "cat has 1 usable training image;"),
        (["train/cat/1.png", "train/cat/2.png"], "cat has 0 usable training images;"),
        (["train/cat/1.png", "train/dog/1.png", "train/dog/2.png"], "cat has 1 and dog has 1 usable training images"),
    ],
)
def test_two_training_images_a_class_are_the_least(
    removed: list[str], problem: str, files: dict[str, bytes], write: Callable[..., Path]
) -> None:
    with pytest.raises(TrainingError, match=problem):
        dataset.read_path(write({name: data for name, data in files.items() if name not in removed}))


def test_where_too_few_are_left_the_skipped_files_are_named(
    files: dict[str, bytes], write: Callable[..., Path]
) -> None:
    with pytest.raises(TrainingError, match=r"cat has 1[\s\S]*Skipped files \(1\):\n  train/cat/2\.png: .*no bytes"):
        dataset.read_path(write(files | {"train/cat/2.png": b""}))


@pytest.mark.parametrize(("kept", "problem"), [("cat", "Found 1 class: cat"), ("", "No labelled images")])
def test_other_than_two_classes(
    kept: str, problem: str, files: dict[str, bytes], write: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(TrainingError, match=problem):
        dataset.read_path(write({name: data for name, data in files.items() if kept and f"/{kept}/" in name}))


def test_three_classes(files: dict[str, bytes], write: Callable[..., Path], picture: Callable[..., bytes]) -> None:
    with pytest.raises(TrainingError, match="Found 3 classes"):
        dataset.read_path(write(files | {"train/bird/1.png": picture(60)}))


def _found(
    files: dict[str, bytes],
    order: Callable[[list[tuple[str, bytes]]], Iterable[tuple[str, bytes]]] = lambda items: items,
) -> list[Found]:
    parts: dict[str, Part] = {"train": "train", "test": "test"}
    return [
        Found(name, name.split("/")[1], parts[name.split("/")[0]], partial(bytes, data))
        for name, data in order(list(files.items()))
    ]


def test_the_fingerprint_depends_on_the_images_and_not_on_their_order_or_names(
    files: dict[str, bytes], picture: Callable[..., bytes]
) -> None:
    fingerprint = dataset.read(_found(files)).fingerprint
    assert len(fingerprint) == 64
    assert dataset.read(_found(files, lambda items: items[::-1])).fingerprint == fingerprint
    renamed = {name.replace(".png", ".jpg"): data for name, data in files.items()}
    assert dataset.read(_found(renamed)).fingerprint == fingerprint
    others = [
        files | {"train/cat/1.png": picture(99)},
        files | {"train/cat/3.png": picture(99)},
        files | {"train/cat/1.png": files["train/dog/1.png"], "train/dog/1.png": files["train/cat/1.png"]},
        files | {"train/cat/1.png": files["test/cat/9.png"], "test/cat/9.png": files["train/cat/1.png"]},
    ]
    assert fingerprint not in {dataset.read(_found(other)).fingerprint for other in others}
    assert dataset.read(_found(files), positive="cat").fingerprint != fingerprint


def test_progress_is_told_once_for_each_file(files: dict[str, bytes]) -> None:
    told = []
    dataset.read(_found(files | {"train/cat/bad.png": b""}), advance=lambda: told.append(1))
    assert len(told) == 8
