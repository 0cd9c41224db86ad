"""Folders as people and their programs leave them: masks, odd names, rubbish; every image is used or named."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.reading import sources, telling
from training.reading.found import Asked, Listing, Skipped

Write = Callable[..., Path]
LEARNED = {("train", "cat"): 3, ("train", "dog"): 3}
TESTED = LEARNED | {("test", "cat"): 3, ("test", "dog"): 3}


def _files(*folders: str) -> dict[str, bytes]:
    return {f"{folder}/{number}.jpg": f"{folder} {number}".encode() for folder in folders for number in range(3)}


def _counts(listing: Listing) -> dict[tuple[str, str], int]:
    return dict(Counter((entry.part, entry.label) for entry in listing.found))


@pytest.mark.parametrize(
    ("folders", "unused", "reason"),
    [
        (("cat/images", "cat/masks", "dog/images", "dog/masks"), 6, "masks are not photos"),
        (("cat/JPEGImages", "cat/SegmentationClass", "dog/JPEGImages", "dog/SegmentationClass"), 6, "masks"),
        (("images/cat", "images/dog", "Ground_Truth/cat", "Ground_Truth/dog"), 6, "masks are not photos"),
        (("cat", "dog", "unlabeled"), 3, "Give the folder to --unlabelled"),
    ],
)
def test_images_that_are_not_photos_are_set_aside_and_named(
    folders: tuple[str, ...], unused: int, reason: str, write: Write
) -> None:
    listing = sources.find(write(_files(*folders)))
    assert _counts(listing) == LEARNED
    assert [reason in entry.reason for entry in listing.unused] == [True] * unused


def test_masks_beside_their_images_are_set_aside(write: Write) -> None:
    files = _files("cat", "dog")  # the set of breast ultrasound images, BUSI, has such names
    masks = {f"cat/{name}.jpg": b"m" for name in ("0_mask", "1_mask", "1_mask_1", "2 (mask)")}
    listing = sources.find(write(files | masks | {"dog/face_mask.jpg": b"no mask of another image"}))
    assert _counts(listing) == LEARNED | {("train", "dog"): 4}
    assert {entry.file for entry in listing.unused} == set(masks)


@pytest.mark.parametrize("folders", [("mask", "no_mask"), ("with_mask", "without_mask"), ("annotated", "plain")])
def test_classes_that_are_called_masks_are_classes(folders: tuple[str, str], write: Write) -> None:
    assert {entry.label for entry in sources.find(write(_files(*folders))).found} == set(folders)


def test_masks_that_are_asked_for_are_a_class_and_otherwise_the_error_counts_them(write: Write) -> None:
    root = write(_files("images", "masks"))
    with pytest.raises(TrainingError, match="Set aside were 3: It lies in masks, beside a folder of images"):
        sources.find(root)
    listing = sources.find(root, Asked(classes=("images", "masks")))
    assert {entry.label for entry in listing.found} == {"images", "masks"}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (("cats", "dogs"), "cats is read as cat; dogs is read as dog"),
        (("cat", "dogs"), "dogs is read as dog"),
        (("Cat_", "-dog-"), "is read as cat"),
    ],
)
def test_names_that_are_nearly_alike_in_both_parts_are_one_class(
    test: tuple[str, str], said: str, write: Write
) -> None:
    listing = sources.find(write(_files("train/cat", "train/dog", *(f"test/{name}" for name in test))))
    assert _counts(listing) == TESTED
    assert said in listing.layout


def test_names_that_are_nearly_alike_in_one_part_are_several_classes(write: Write) -> None:
    listing = sources.find(write(_files("train/cat", "train/cats", "test/cat", "test/cats")))
    assert _counts(listing) == {(part, name): 3 for part in ("train", "test") for name in ("cat", "cats")}


@pytest.mark.parametrize("pred", ["seg_pred", "seg_pred/seg_pred"])
@pytest.mark.parametrize("doubled", ["", "/seg_{}"])
def test_loose_images_beside_training_and_test_are_named_and_not_used(pred: str, doubled: str, write: Write) -> None:
    parts = [f"seg_{part}{doubled.format(part)}" for part in ("train", "test")]  # Intel's landscapes, as unpacked
    listing = sources.find(write(_files(*(f"{part}/{name}" for part in parts for name in ("cat", "dog")), pred)))
    assert _counts(listing) == TESTED
    assert [entry.file for entry in listing.unused] == [f"{pred}/{number}.jpg" for number in range(3)]


@pytest.mark.parametrize(
    "folders",
    [
        ("cat/2024/a", "cat/2024/b", "dog/2023", "dog/2024/c"),
        ("cat/2024/a", "dog/2022/b"),
        ("cat/a", "cat/b", "dog/a", "dog/b"),
        ("cat/2024/05/01", "dog/2024/05/02"),
    ],
)
def test_a_class_keeps_whatever_is_inside_it(folders: tuple[str, ...], write: Write) -> None:
    listing = sources.find(write(_files(*folders)))
    assert all(entry.label == entry.file.partition("/")[0] for entry in listing.found)
    assert len(listing.found) == 3 * len(folders)


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (("photos/cat", "photos/dog", "results/plots"), "Give photos as DATA_DIR if the folders in it are the classes"),
        (("cat_train", "cat_test", "dog_train", "dog_test"), "name a class and a part at once"),
        (("cats/in", "cats/out", "dogs/in", "dogs/out"), "--classes in,out or --classes cats,dogs"),
    ],
)
def test_folders_that_could_mean_something_else_are_refused(folders: tuple[str, ...], words: str, write: Write) -> None:
    with pytest.raises(TrainingError, match=words):
        sources.find(write(_files(*folders)))


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (("Photos from 2023", "Photos from 2024"), "look like times or places of one kind"),
        (("animals/cat", "animals/dog", "docs"), "inside animals (cat, dog) are parts of this class"),
    ],
)
def test_folders_that_are_hardly_classes_are_doubted_in_words(
    folders: tuple[str, ...], words: str, write: Write
) -> None:
    assert words in sources.find(write(_files(*folders))).layout


def test_what_programs_leave_behind_is_counted_and_never_a_class(write: Write) -> None:
    rubbish = {
        *("__MACOSX/cat/._0.jpg", "cat/._0.jpg", "cat/Thumbs.db", "dog/desktop.ini", ".DS_Store"),
        *("@eaDir/0.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/a.jpg", "$RECYCLE.BIN/b.jpg", "lost+found/c.jpg"),
        *("cat/.ipynb_checkpoints/0-checkpoint.jpg", "cat/~$0.jpg", "@Recycle/d.jpg", "bees.lrdata/e/f.jpg"),
    }
    beside = {"cat/0.xmp", "cat/0.jpg.supplemental-metadata.json", "dog/IMG_0001.MOV", "dog/.IMG_0002.HEIC.icloud"}
    hidden = {"cat/.trashed-1700000000-IMG_1.jpg", "cat/.pending-1700000000-IMG_2.jpg"}
    listing = sources.find(write(_files("cat", "dog") | dict.fromkeys(rubbish | beside | hidden, b"x")))
    assert _counts(listing) == LEARNED
    assert {entry.file for entry in listing.unused} == hidden
    assert listing.passed.files == len(rubbish | beside)
    assert {reason: found.total() for reason, found in listing.passed.counts.items()} == {
        "system": len(rubbish),
        "note": 2,
        "video": 1,
        "elsewhere": 1,
    }


def test_many_files_of_one_reason_share_a_line() -> None:
    skipped = [Skipped(f"m{number}.png", "It is a mask.") for number in range(30)] + [Skipped("x.png", "It is empty.")]
    lines = telling.name_unused(skipped)
    assert lines == ["Not used: 31.", "  m0.png, m1.png and 28 more: It is a mask.", "  x.png: It is empty."]


def test_a_name_with_a_line_end_or_a_terminal_s_commands_is_told_in_one_line() -> None:
    lines, left = telling.gather_reasons(
        [("dog/bad\nname\x1b[31m.png", "It is damaged."), ("é 犬.png", "It is empty.")]
    )
    assert (lines, left) == ([r"dog/bad\nname\x1b[31m.png: It is damaged.", "é 犬.png: It is empty."], 0)
