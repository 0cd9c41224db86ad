"""Folders that hold the split or the classes at several depths: by any one level, test images would be learned from.

The layouts are those of data sets as Kaggle hands them out (casting product images, brain MRI, malaria cells).
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked

Write = Callable[..., Path]


def _files(*folders: str) -> dict[str, bytes]:
    return {f"{folder}/{number}.jpg": f"{folder} {number}".encode() for folder in folders for number in range(3)}


CASTING = ("casting_data/train/ok", "casting_data/train/def", "casting_data/test/ok", "casting_data/test/def")


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (
            (*CASTING, "casting_512x512/ok", "casting_512x512/def"),
            "casting_data/test, casting_data/train tell training from test, and other images lie in no such folder: "
            "casting_512x512/def, casting_512x512/ok. Give the folder that is meant as DATA_DIR, such as casting_data",
        ),
        (("cat/train", "cat/test", "dog"), "The folders cat/test, cat/train tell training from test"),
        (
            ("batch_a/ok", "batch_a/bad", "b/2024/ok", "b/2024/bad", "b/2025/ok", "b/2025/bad"),
            "Folders called bad, ok lie in both b and batch_a, but not at the same depth",
        ),
        (
            ("yes", "no", "brain_tumor_dataset/yes", "brain_tumor_dataset/no"),
            "brain_tumor_dataset holds the folders no, yes once more.*say --classes no,yes, and it is left out",
        ),
    ],
)
def test_folders_that_hold_the_classes_at_two_depths_are_refused(
    folders: tuple[str, ...], words: str, write: Write
) -> None:
    with pytest.raises(TrainingError, match=words):
        sources.find(write(_files(*folders)))


@pytest.mark.parametrize(
    ("folders", "asked"),
    [
        (("yes", "no", "brain_tumor_dataset/yes", "brain_tumor_dataset/no"), ("yes", "no")),
        (CASTING, ("ok", "def")),
        (("cat/site1", "cat/site2", "cat/site3", "dog/site1", "dog/site2", "dog/site3"), None),
        (("cat/persian", "cat/siamese/indoors", "dog/pug/indoors", "dog/collie"), None),
        (("train", "bus"), None),
    ],
)
def test_what_the_error_says_and_even_folders_are_read(
    folders: tuple[str, ...], asked: tuple[str, str] | None, write: Write
) -> None:
    listing = sources.find(write(_files(*folders)), Asked(classes=asked))
    counts = Counter(entry.label for entry in listing.found)
    assert len(counts) == 2
    assert len(set(counts.values())) == 1


def test_blanks_around_a_folders_name_are_no_part_of_the_class(write: Write) -> None:
    assert {entry.label for entry in sources.find(write(_files("cat ", " dog"))).found} == {"cat", "dog"}


def test_folders_that_only_say_that_they_hold_images_are_no_groups(write: Write) -> None:
    listing = sources.find(write(_files("images_224/cat", "images_224/dog", "images_512/cat", "images_512/dog")))
    assert listing.grouping is None
    assert {entry.group for entry in listing.found} == {None}
