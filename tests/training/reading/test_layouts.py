"""Which folders are classes, splits and groups: layouts as tools and people make them, and no image lost in any."""

import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.errors import TrainingError
from training.reading import folders, sources
from training.reading.found import Asked, Listing, Readers

Write = Callable[..., Path]


def _files(folders: list[str], count: int = 3) -> dict[str, bytes]:
    return {f"{folder}/{number}.jpg": f"{folder} {number}".encode() for folder in folders for number in range(count)}


def _counts(listing: Listing) -> dict[tuple[str, str], int]:
    return dict(Counter((entry.part, entry.label) for entry in listing.found))


BOTH = ("good", "scratched")
TRAINING = {("train", name): 3 for name in BOTH}
TESTING = {("test", name): 3 for name in BOTH}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Training", "Testing"),  # the brain-tumour MRI set
        ("training_set", "test_set"),  # a cats-and-dogs set
        ("seg_train", "seg_test"),  # the landscape set
        ("chest_train", "chest_test"),
        ("training", "testing"),  # Edge Impulse's export
        ("val", "test"),
        ("train", "holdout"),
        ("train", "hold-out"),
        ("train", "eval"),
        ("01_Train", "02_Test"),
        ("TrainImages", "TestImages"),
        ("train2017", "test2017"),
    ],
)
@pytest.mark.parametrize("order", ["split above", "class above"])
def test_a_split_is_told_from_the_classes_whatever_it_is_called(
    first: str, second: str, order: str, write: Write
) -> None:
    pairs = itertools.product((first, second), BOTH)
    folders = [f"{part}/{name}" if order == "split above" else f"{name}/{part}" for part, name in pairs]
    listing = sources.find(write(_files(folders)))
    assert _counts(listing) == TRAINING | TESTING
    assert listing.unused == []
    assert listing.grouping is None


@pytest.mark.parametrize("name", ["dev", "valset", "Validation"])
def test_what_is_for_validation_is_the_test_set_where_there_is_no_other(name: str, write: Write) -> None:
    root = write(_files([f"{part}/{one}" for part in ("train", name) for one in BOTH]))
    listing = sources.find(root)
    assert _counts(listing) == TRAINING | TESTING
    assert "the 6 for validation are the test set" in listing.layout
    listing = sources.find(root, Asked(tested=True))
    assert _counts(listing) == {key: 6 for key in TRAINING}
    assert "the 6 for validation are learned from too" in listing.layout


@pytest.mark.parametrize("parts", [("train", "val", "test"), ("Training", "valid", "holdout")])
def test_what_is_for_validation_beside_a_test_set_is_learned_from_and_that_is_said(
    parts: tuple[str, ...], write: Write
) -> None:
    listing = sources.find(write(_files([f"{part}/{one}" for part in parts for one in BOTH])))
    assert _counts(listing) == {key: 6 for key in TRAINING} | TESTING
    assert "the 6 for validation are learned from too" in listing.layout


@pytest.mark.parametrize(
    ("sites", "noun"),
    [
        (("hospital_a", "hospital_b"), "hospitals"),
        (("day1", "day2", "day3"), "days"),
        (("cam_left", "cam_right"), "cams"),
        (("2024-05-01", "2024-05-02"), "groups"),
        (("monday", "tuesday"), "groups"),
        (("berlin", "london", "paris"), "groups"),
    ],
)
@pytest.mark.parametrize("above", ["", "train/", "export/"])
def test_sites_days_and_cameras_are_groups_and_the_names_below_them_are_the_classes(
    sites: tuple[str, ...], noun: str, above: str, write: Write
) -> None:
    listing = sources.find(write(_files([f"{above}{site}/{name}" for site in sites for name in BOTH])))
    assert {entry.label for entry in listing.found} == set(BOTH)
    assert {entry.group for entry in listing.found} == set(sites)
    assert noun in listing.layout


def test_sites_inside_a_split_are_groups_and_the_split_is_kept(write: Write) -> None:
    levels = itertools.product(("train", "test"), ("site1", "site2"), BOTH)
    listing = sources.find(write(_files(["/".join(one) for one in levels])))
    assert _counts(listing) == {key: 6 for key in TRAINING | TESTING}
    assert {entry.group for entry in listing.found} == {"site1", "site2"}


def test_patients_inside_a_class_belong_to_it(write: Write) -> None:
    folders = [f"{name}/patient{number}" for name in BOTH for number in range(4)]
    listing = sources.find(write(_files(folders)))
    assert _counts(listing) == {key: 12 for key in TRAINING}


def test_where_two_levels_could_be_the_classes_it_asks_and_the_answer_is_followed(write: Write) -> None:
    root = write(_files([f"{place}/{animal}" for place in ("indoor", "outdoor") for animal in ("cat", "dog")]))
    with pytest.raises(TrainingError, match=r"level 1: indoor, outdoor; level 2: cat, dog[\s\S]*--classes cat,dog"):
        sources.find(root)
    by_animal = sources.find(root, Asked(classes=("cat", "dog")))
    assert _counts(by_animal) == {("train", "cat"): 6, ("train", "dog"): 6}
    assert {entry.group for entry in by_animal.found} == {"indoor", "outdoor"}
    assert _counts(sources.find(root, Asked(classes=("indoor", "outdoor")))) == {
        ("train", "indoor"): 6,
        ("train", "outdoor"): 6,
    }


def test_names_that_say_yes_and_no_are_classes_whatever_lies_above(write: Write) -> None:
    listing = sources.find(write(_files([f"{a}/{b}" for a in ("red", "blue") for b in ("normal", "abnormal")])))
    assert {entry.label for entry in listing.found} == {"normal", "abnormal"}


def test_of_three_classes_two_can_be_chosen_and_the_rest_is_counted(write: Write) -> None:
    root = write(_files(["bird", "cat", "dog"]))
    assert {entry.label for entry in sources.find(root).found} == {"bird", "cat", "dog"}
    listing = sources.find(root, Asked(classes=("cat", "dog")))
    assert _counts(listing) == {("train", "cat"): 3, ("train", "dog"): 3}
    assert [one.file for one in listing.unused] == [f"bird/{number}.jpg" for number in range(3)]
    assert "--classes" in listing.unused[0].reason
    with pytest.raises(TrainingError, match="not two folders of one level"):
        sources.find(root, Asked(classes=("cat", "horse")))


def test_three_classes_inside_two_sites_are_named_as_the_classes(write: Write) -> None:
    listing = sources.find(write(_files([f"site{a}/{b}" for a in (1, 2) for b in ("bird", "cat", "dog")])))
    assert {entry.label for entry in listing.found} == {"bird", "cat", "dog"}


def test_capitals_do_not_make_another_class(write: Write) -> None:
    listing = sources.find(write(_files(["train/Cat", "train/Dog", "test/cat", "test/dog"])))
    assert len({entry.label for entry in listing.found}) == 2


@pytest.mark.parametrize(("first", "second"), [("train", "test"), ("training", "testing"), ("Train", "val")])
def test_a_split_with_loose_images_is_never_a_class(first: str, second: str, write: Write) -> None:
    with pytest.raises(TrainingError, match=r"No labelled images[\s\S]*splits, and no classes[\s\S]*path,label"):
        sources.find(write(_files([first, second])))


def test_test_images_without_classes_are_counted_beside_training_images_with(write: Write) -> None:
    listing = sources.find(write(_files(["train/good", "train/scratched"]) | _files(["test"], 20)))
    assert _counts(listing) == TRAINING
    assert len(listing.unused) == 20


def test_a_copy_of_the_whole_beside_the_splits_is_an_error_that_names_it(write: Write) -> None:
    """A much-used set of chest X-rays holds itself once more."""
    inner = [f"{part}/{name}" for part in ("train", "val", "test") for name in BOTH]
    with pytest.raises(TrainingError, match=r"Beside test, train, val lies chest_xray.*Take it out"):
        sources.find(write(_files([*inner, *(f"chest_xray/{one}" for one in inner)])))


def test_a_flat_folder_names_how_many_images_lie_in_it(write: Write) -> None:
    files = {f"{number}.jpg": b"x" for number in range(18)}
    with pytest.raises(TrainingError, match=r"the top folder \(18 images\)"):
        sources.find(write(files))


def test_classes_in_the_names_are_read_by_a_pattern_and_offered_where_they_are_seen(write: Write) -> None:
    files = {f"train/{name}.{number}.jpg": b"x" for name in ("cat", "dog") for number in range(5)}
    root = write(files | {f"test1/{number}.jpg": b"x" for number in range(4)})
    with pytest.raises(TrainingError, match=r"begin with cat and dog: --label-from-name"):
        sources.find(root)
    listing = sources.find(root, Asked(label_from_name="^([A-Za-z]+)"))
    assert _counts(listing) == {("train", "cat"): 5, ("train", "dog"): 5}
    assert len(listing.unused) == 4
    assert _counts(sources.find(root, Asked(label_from_name="*."))) == _counts(listing)
    with pytest.raises(TrainingError, match="tells the class of none of the 14 images"):
        sources.find(root, Asked(label_from_name="(horse)"))


def test_a_folder_of_photographs_that_are_not_read_here_is_a_class_all_the_same(write: Write) -> None:
    files = _files(["cat"]) | {f"dog/{number}.HEIC": b"\0\0\0\x18ftypheic" for number in range(3)}
    assert _counts(sources.find(write(files))) == {("train", "cat"): 3, ("train", "dog"): 3}


def test_images_whose_names_have_no_suffix_are_known_by_their_content(write: Write) -> None:
    dicom = bytes(128) + b"DICM" + bytes(20)
    files = {f"{name}/IM{number:04}": dicom for name in ("cat", "dog") for number in range(3)}
    listing = sources.find(write(files | {"cat/1.2.840.1": dicom, "README": b"text"}))
    assert _counts(listing) == {("train", "cat"): 4, ("train", "dog"): 3}


def test_a_list_that_contradicts_the_folders_is_an_error_that_names_both(write: Write) -> None:
    files = _files(["site_a", "site_b"], 6)
    rows = [f"{name},{('sick', 'well')[number % 2]}" for number, name in enumerate(files)]
    with pytest.raises(TrainingError, match=r"site_a and site_b and the list labels\.csv name different classes"):
        sources.find(write(files | {"labels.csv": "\n".join(["path,label", *rows]).encode()}))
    agreeing = [f"{name},{name.split('/')[0]}" for name in files]
    agreed = files | {"labels.csv": "\n".join(["path,label", *agreeing]).encode()}
    assert len(sources.find(write(agreed)).found) == 12


NAMES = st.sampled_from(["train", "test", "val", "cat", "dog", "site_1", "site_2", ".hidden", "images", "other", "x y"])
PATHS = st.lists(
    st.tuples(st.lists(NAMES, max_size=3), st.sampled_from(["a.jpg", "b.png", "c.HEIC", "d.jfif"])),
    min_size=1,
    max_size=14,
)


@given(paths=PATHS)
@settings(max_examples=200, deadline=None)
def test_every_image_is_used_or_counted_with_its_reason(
    paths: list[tuple[list[str], str]],
) -> None:
    names = {"/".join([*above, name]) for above, name in paths}
    files: Readers = {PurePosixPath(name): bytes for name in sorted(names)}
    try:
        listing = folders.arrange(files, "data", Asked())
    except TrainingError:
        return  # refused as a whole, by name
    if listing is None:
        assert all(name.startswith(".") or "/." in name for name in names)
        return
    told = [entry.file for entry in listing.found] + [entry.file for entry in listing.unused]
    assert sorted(told) == sorted(names)
    assert all(entry.reason for entry in listing.unused)
