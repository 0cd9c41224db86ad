"""Layouts of published data sets and competitions: lists of the split beside class folders, forms, archives, Arrow."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.reading.listings import counts_of
from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked

Write = Callable[..., Path]
NAMES = [f"{kind}/{number}" for kind in ("cat", "dog") for number in range(4)]
IMAGES = {f"images/{name}.jpg": name.encode() for name in NAMES}
ALL = {("train", "cat"): 4, ("train", "dog"): 4}
SPLIT = {("train", "cat"): 3, ("train", "dog"): 3, ("test", "cat"): 1, ("test", "dog"): 1}
TESTED = [name for name in NAMES if name.endswith("3")]
LEARNED = [name for name in NAMES if name not in TESTED]


def lines(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


LISTS: dict[str, dict[str, bytes]] = {
    "Food-101": {
        "meta/train.txt": lines(*LEARNED),
        "meta/test.txt": lines(*TESTED),
        "meta/classes.txt": lines("cat", "dog"),
    },
    "only the test list": {"test.txt": lines(*(f"images/{name}.jpg" for name in TESTED))},
    "CUB-200-2011": {
        "images.txt": lines(*(f"{at} {name}.jpg" for at, name in enumerate(NAMES, 1))),
        "train_test_split.txt": lines(*(f"{at} {int(name not in TESTED)}" for at, name in enumerate(NAMES, 1))),
        "image_class_labels.txt": lines(*(f"{at} {1 + (at > 4)}" for at, _ in enumerate(NAMES, 1))),
    },
    "a table": {
        "set.csv": lines(
            "class,filepath,split", *(f"{n[:3]},{n}.jpg,{'test' if n in TESTED else 'train'}" for n in NAMES)
        )
    },
    "a table of bare names and classes": {
        "set.csv": lines(
            "file,class,split", *(f"{n[4:]}.jpg,{n[:3]},{'test' if n in TESTED else 'train'}" for n in NAMES)
        )
    },
    "a table of the test images alone": {
        "set.csv": lines("filepath,split", *(f"images/{name}.jpg,test" for name in TESTED))
    },
    "lists of more classes than are here": {
        "train.txt": lines(*LEARNED, "bird/0", "bird/3"),
        "test.txt": lines("bird/1", *TESTED, "bird/2"),
    },
    "JSON by the part": {"split.json": json.dumps({"train": LEARNED, "val": [], "test": TESTED}).encode()},
    "a flag": {"set.csv": lines("filepath,is_test", *(f"images/{name}.jpg,{int(name in TESTED)}" for name in NAMES))},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_split_beside_class_folders_is_followed(name: str, write: Write) -> None:
    listing = sources.find(write(IMAGES | LISTS[name]))
    assert counts_of(listing) == SPLIT
    assert {entry.file for entry in listing.found if entry.part == "test"} == {f"images/{one}.jpg" for one in TESTED}
    assert "split by" in listing.layout


def test_folds_are_no_split_and_the_user_can_say_that_a_list_is_none(write: Write) -> None:
    folds = {
        f"{part}{fold}.txt": lines(*NAMES[(part == "test") * 4 :: 2]) for part in ("train", "test") for fold in (1, 2)
    }
    listing = sources.find(write(IMAGES | folds))
    assert counts_of(listing) == ALL
    assert "name other parts for the same images, as folds do" in listing.layout
    whole = sources.find(write(IMAGES | LISTS["a table"]), Asked(split_column="none"))
    assert counts_of(whole) == ALL


def test_images_that_a_list_of_the_split_leaves_out_are_counted(write: Write) -> None:
    listing = sources.find(write(IMAGES | {"train.txt": lines(*LEARNED[:4]), "test.txt": lines(*TESTED)}))
    assert counts_of(listing) == SPLIT
    assert "do not name 2 images" in listing.layout


def test_a_test_list_of_images_that_are_not_here_is_named(write: Write) -> None:
    listing = sources.find(write(IMAGES | {"test.txt": lines("bird/8.jpg", "bird/9.jpg")}))
    assert counts_of(listing) == ALL
    assert "test.txt names no image that is here (bird/8.jpg, bird/9.jpg)" in listing.layout


TWO_PATHS = lines("before,after", "images/cat/2.jpg,images/cat/3.jpg", "images/dog/2.jpg,images/dog/3.jpg")
UNCLEAR = lines("class,filepath,split", *(f"{n[:3]},images/{n}.jpg,{int(n in TESTED)}" for n in NAMES))


@pytest.mark.parametrize(
    ("file", "data", "why"),
    [
        ("test.csv", TWO_PATHS, "name images"),
        ("meta/test.txt", "cat/3,кошка\ndog/3,собака\n".encode("cp1251"), "its encoding is not known"),
        ("val.json", json.dumps([f"{name}.jpg" for name in TESTED]).encode(), "not JSON of a kind that lists images"),
        ("train.jsonl", lines('{"path": "cat/3.jpg"'), "not valid JSON"),
        ("set.csv", UNCLEAR, "which of them is the test part is not known"),
        ("split.json", b'{"train": ["cat/0.jpg", "dog/0.jpg"', "not valid JSON"),
        ("test.txt", lines("3.jpg"), r"3.jpg fits 2 images \(images/cat/3.jpg, images/dog/3.jpg\)"),
        ("set.csv", lines("file,split", "0.jpg,train", "3.jpg,test"), "0.jpg fits 2 images"),
        ("test.txt", lines("cat/3.bmp", "dog/3.bmp"), "cat/3.bmp is not here, but images/cat/3.jpg is"),
        ("train.txt", lines(*LEARNED), r"6 of 8 images .* other 2 are \(images/cat/3.jpg, images/dog/3.jpg\)"),
    ],
)
def test_a_list_of_the_split_that_cannot_be_read_is_refused_by_its_name(
    file: str, data: bytes, why: str, write: Write
) -> None:
    folder = write(IMAGES | {file: data})
    with pytest.raises(TrainingError, match=rf"^{file} .*{why}.*--split-column none"):
        sources.find(folder)
    assert counts_of(sources.find(folder, Asked(split_column="none"))) == ALL


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("train.txt", lines("Epoch 1/10", "8/8 - 1s - loss: 0.69 - accuracy: 0.5", "Epoch 2/10")),
        ("test.txt", b" \n"),
        ("train.json", b'{"epochs": [1, 2], "loss": {"train": 0.5}}'),
        ("pairs.csv", TWO_PATHS),
    ],
)
def test_what_only_has_the_name_of_such_a_list_is_passed_over(file: str, data: bytes, write: Write) -> None:
    assert counts_of(sources.find(write(IMAGES | {file: data}))) == ALL


@pytest.mark.parametrize("name", ["sample_submission.csv", "SampleSubmission.csv", "submission_format.csv"])
def test_a_form_for_answers_gives_no_test_labels(name: str, write: Write) -> None:
    """Kaggle's layout: train.csv names the training images, and the form gives each test image the same class."""
    files = {f"train/{at}.jpg": b"a" for at in range(8)} | {f"test/{at}x.jpg": b"b" for at in range(4)}
    files["train.csv"] = lines("id,label", *(f"{at},{'cat' if at % 2 else 'dog'}" for at in range(8)))
    files[name] = lines("id,label", *(f"{at}x,cat" for at in range(4)))
    listing = sources.find(write(files))
    assert counts_of(listing) == ALL
    assert len(listing.unused) == 4
    assert f"{name} not read: the classes in a form for answers are examples" in listing.layout


def test_masks_beside_train_and_test_are_set_aside(write: Write) -> None:
    """MVTec AD: good pieces to learn from, good and broken ones to test on, and masks of the broken."""
    folders = ("train/good", "test/good", "test/broken", "ground_truth/broken")
    listing = sources.find(write({f"{folder}/{at}.png": b"x" for folder in folders for at in range(3)}))
    assert counts_of(listing) == {("train", "good"): 3, ("test", "good"): 3, ("test", "broken"): 3}
    assert [entry.reason for entry in listing.unused] == [
        "It lies in ground_truth, beside a folder of images: masks are not photos."
    ] * 3


def test_a_list_in_a_folder_of_its_own_finds_the_images_around_it(write: Write) -> None:
    root = write(IMAGES | {"annotations/a.csv": lines("file,label", *(f"{name}.jpg,{name[:3]}" for name in NAMES))})
    listing = sources.find(root / "annotations" / "a.csv")
    assert counts_of(listing) == ALL
    assert {entry.read() for entry in listing.found} == {name.encode() for name in NAMES}


def test_a_home_folder_is_not_looked_through_for_what_a_list_names(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(IMAGES | {"lists/a.csv": lines("file,label", *(f"{name}.jpg,{name[:3]}" for name in NAMES))})
    monkeypatch.setenv("HOME", str(root / "me"))
    assert counts_of(sources.find(root / "lists" / "a.csv")) == ALL

    monkeypatch.setenv("HOME", str(root))
    found = sources.find(root / "lists" / "a.csv")
    with pytest.raises(OSError, match="No such file"):
        found.found[0].read()


def test_images_as_text_in_a_table_are_named(write: Write) -> None:
    cell = str({"bytes": b"\x89PNG", "path": None})
    root = write({"a.csv": lines("image,label", f'"{cell}",cat', f'"{cell}",dog')})
    with pytest.raises(TrainingError, match=r"holds the bytes of its images as text.*Write Parquet instead"):
        sources.find(root / "a.csv")


def test_a_table_of_flags_without_a_heading_is_an_error_in_words(write: Write) -> None:
    rows = lines(*(f"images/{name}.jpg 0 1 1" for name in NAMES))
    with pytest.raises(TrainingError, match="could hold the classes"):
        sources.find(write({f"images/{name}.jpg": b"x" for name in ("a", "b")} | {"list.txt": rows}))
