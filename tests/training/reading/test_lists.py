"""Tables as tools write them, read by heading: the forms of the makers are rebuilt by hand, with tool and version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked, Listing
from training.reading.grouping import parse

Write = Callable[..., Path]
NAMES = [f"{kind}{number}" for number in range(4) for kind in ("cat", "dog")]
FILES = {f"images/{name}.png": name.encode() for name in NAMES}
PARTS = ["test" if name.endswith("3") else "train" for name in NAMES]
HALVES = {("train", "cat"): 4, ("train", "dog"): 4}
SPLIT = {("train", "cat"): 3, ("train", "dog"): 3, ("test", "cat"): 1, ("test", "dog"): 1}


def _kind(name: str) -> str:
    return name[:3]


def _table(line: Callable[[str, int], str], heading: str = "", ends: str = "\n") -> bytes:
    rows = [line(name, number) for number, name in enumerate(NAMES)]
    return ends.join([heading, *rows] if heading else rows).encode()


def _find(
    write: Write, name: str, data: bytes, asked: Asked | None = None, more: dict[str, bytes] | None = None
) -> Listing:
    root = write(FILES | {name: data} | (more or {}))
    listing = sources.find(root / name, asked)
    for entry in listing.found:
        assert entry.read().decode() == Path(entry.file).stem
    return listing


def _counts(listing: Listing) -> dict[tuple[str, str], int]:
    return dict(Counter((entry.part, entry.label) for entry in listing.found))


@pytest.mark.parametrize(
    "heading",
    [
        *("path,label", "file_name,label", "name,label", "id,label", "image_id,label", "image_path,label"),
        *("filepath,label", "image,category", "img,target", "image_name,class_name", "Image Path,Class", "filename,y"),
        *("url,species", "Image Index,Finding"),
    ],
)
def test_the_columns_are_told_by_their_headings(heading: str, write: Write) -> None:
    listing = _find(write, "list.csv", _table(lambda name, _: f"images/{name}.png,{_kind(name)}", heading))
    assert _counts(listing) == HALVES


@pytest.mark.parametrize(
    ("line", "heading", "counts"),
    [
        (
            lambda name, at: f"{at},images/{name}.png,{_kind(name)},{PARTS[at]}",
            ",path,label,split",
            SPLIT,
        ),  # pandas 3.1
        (lambda name, at: f"images/{name}.png,{PARTS[at]},{_kind(name)}", "path,split,label", SPLIT),
        (lambda name, at: f"images/{name}.png,{_kind(name)},,{PARTS[at]}", "path,label,notes,split", SPLIT),
        (lambda name, at: f"{PARTS[at].upper()},images/{name}.png,{_kind(name)}", "", SPLIT),  # Vertex AI's order
        (lambda name, at: f"{_kind(name)},images/{name}.png", "label,path", HALVES),
        (lambda name, at: f"{_kind(name)},images/{name}.png", "", HALVES),
        (lambda name, at: f"images/{name}.png;{_kind(name)}", "path;label", HALVES),  # a German Excel
        (lambda name, at: f"images/{name}.png\t{_kind(name)}", "path\tlabel", HALVES),
        (lambda name, at: f"images/{name}.png|{_kind(name)}", "", HALVES),
        (lambda name, at: f"images\\{name}.png,{_kind(name)}", "path,label", HALVES),
        (lambda name, at: f"images/{name},{_kind(name)}", "path,label", HALVES),
        (lambda name, at: f"{name},{_kind(name)}", "id,label", HALVES),
        (lambda name, at: f"{name}.png,{_kind(name)}", "id,label", HALVES),
        (lambda name, at: f"/home/me/photos/images/{name}.png,{_kind(name)}", "path,label", HALVES),
        (lambda name, at: f"C:\\photos\\{name}.png,{_kind(name)}", "path,label", HALVES),
        # Roboflow's multi-class CSV has a blank after each comma
        (lambda name, at: f"{name}.png, {int(name < 'd')}, {int(name > 'd')}", "filename, cat, dog", HALVES),
        (lambda name, at: f"images/{name}.png,{_kind(name)},{int(name > 'd')}", "path,label_name,label", HALVES),
        # label-studio-converter 0.0.59
        (
            lambda name, at: f'{at},"1","{_kind(name)}","2026","{at}","/data/upload/1/0a1b2c3d-{name}.png",1.5',
            '"annotation_id","annotator","choice","created_at","id","image","lead_time"',
            HALVES,
        ),
        (lambda name, at: f"images/{name}.png,{_kind(name)},{at % 5}", "path,label,fold", HALVES),
    ],
)
@pytest.mark.parametrize("marked", [b"", b"\xef\xbb\xbf"])
def test_lists_as_tools_write_them(
    line: Callable[[str, int], str], heading: str, counts: dict[tuple[str, str], int], marked: bytes, write: Write
) -> None:
    assert _counts(_find(write, "list.csv", marked + _table(line, heading))) == counts


def test_zero_and_one_are_classes_and_whole_numbers_of_a_column_with_gaps_are_no_others(write: Write) -> None:
    listing = _find(write, "list.csv", _table(lambda name, _: f"images/{name}.png,{float(name > 'd')}", "path,label"))
    assert _counts(listing) == {("train", "0"): 4, ("train", "1"): 4}


@pytest.mark.parametrize(
    ("line", "heading", "words"),
    [
        (
            lambda name, at: f"images/{name}.png,a,b",
            "path,weather,colour",
            r"weather \(a\) and colour .*--label-column",
        ),
        (lambda name, at: f"images/{name}.png,{at % 2},{at % 3}", "path,class,category", "class .* and category"),
        (
            lambda name, at: f"images/{name}.png,images/cat0.png,{_kind(name)}",
            "image,file,label",
            r"file .* and image .*--path-column",
        ),
        (lambda name, at: f"{at},{_kind(name)}", "number,label", "No column .* names images.*--path-column"),
        (lambda name, at: f"gs://bucket/{name}.png,{_kind(name)}", "", "another machine .gs://bucket/cat0.png"),
        (lambda name, at: f"https://x.org/{name}.png,{_kind(name)}", "url,label", "another machine .https://"),
        (lambda name, at: f"azureml://x/{name}.png,{_kind(name)}", "image_url,label", "another machine .azureml"),
        (lambda name, at: f"images/{name}.png,{_kind(name)},later", "path,label,split", None),
        (
            lambda name, at: f"images/{name}.png,{_kind(name)},{('test', 'x')[at % 2]}",
            "path,label,split",
            "Line 3 .*'x'",
        ),
    ],
)
def test_what_cannot_be_told_is_an_error_that_names_the_columns(
    line: Callable[[str, int], str], heading: str, words: str | None, write: Write
) -> None:
    data = _table(line, heading)
    if words is None:
        assert _counts(_find(write, "list.csv", data)) == HALVES
        return
    with pytest.raises(TrainingError, match=words):
        _find(write, "list.csv", data)


def test_the_options_say_which_column_is_meant(write: Write) -> None:
    data = _table(
        lambda name, at: f"images/{name}.png,x{at % 2}.png,{_kind(name)},{at % 3},{PARTS[at]},t{at}",
        "picture,mask,what,other,when,taken",
    )
    asked = Asked(path_column="picture", label_column="what", split_column="when")
    assert _counts(_find(write, "list.csv", data, asked)) == SPLIT
    by_number = Asked(path_column="1", label_column="3", split_column="5")
    assert _counts(_find(write, "list.csv", data, by_number)) == SPLIT
    with pytest.raises(TrainingError, match=r"no column that, which --label-column names.*picture, mask, what"):
        _find(write, "list.csv", data, Asked(label_column="that"))


def test_test_rows_without_a_class_are_counted_and_never_learned_from(write: Write) -> None:
    data = _table(
        lambda name, at: f"images/{name}.png,{_kind(name) if PARTS[at] == 'train' else ''},{PARTS[at]}",
        "path,label,split",
    )
    listing = _find(write, "list.csv", data)
    assert _counts(listing) == {("train", "cat"): 3, ("train", "dog"): 3}
    assert len(listing.unused) == 2


def test_a_column_of_patients_makes_groups_and_can_be_named(write: Write) -> None:
    data = _table(
        lambda name, at: f"images/{name}.png,{_kind(name)},p{at % 3},v{at % 2}", "path,label,patient_id,visit"
    )
    listing = _find(write, "list.csv", data)
    assert {entry.group for entry in listing.found} == {"p0", "p1", "p2"}
    assert listing.grouping is not None
    assert listing.grouping.noun == "patient"
    by_visit = _find(write, "list.csv", data, Asked(groups=parse("column:visit")))
    assert {entry.group for entry in by_visit.found} == {"v0", "v1"}
    nobody = _find(write, "list.csv", data, Asked(groups=parse("none"), label_column="label"))
    assert {entry.group for entry in nobody.found} == {None}


def test_of_two_files_of_one_name_the_one_of_the_rows_part_is_meant(write: Write) -> None:
    files = {f"{part}/{number}.jpg": part.encode() for part in ("train", "test") for number in range(4)}
    rows = [f"{number}.jpg,{('cat', 'dog')[number % 2]},{part}" for part in ("train", "test") for number in range(4)]
    root = write(files | {"list.csv": "\n".join(["path,label,split", *rows]).encode()})
    listing = sources.find(root / "list.csv")
    assert all(entry.read().decode() == entry.part for entry in listing.found)
    (root / "list.csv").write_text("\n".join(["path,label", *(row.rsplit(",", 1)[0] for row in rows[:4])]))
    with pytest.raises(OSError, match="2 files have that name"):
        sources.find(root / "list.csv").found[0].read()


def test_a_file_that_is_missing_is_not_taken_from_another_folder(write: Write) -> None:
    root = write(
        {"train/1.jpg": b"1", "test/2.jpg": b"2", "list.csv": b"path,label\ntrain/1.jpg,cat\ntrain/2.jpg,dog\n"}
    )
    first, second = sources.find(root / "list.csv").found
    assert first.read() == b"1"
    with pytest.raises(FileNotFoundError):
        second.read()


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("path,label,is_train", ("True", "False")),
        ("path,label,is_test", ("0", "1")),
        ("path,label,in_train,in_test", ("1,0", "0,1")),
        ("path,label,test", ("no", "yes")),
    ],
)
def test_a_column_that_says_yes_or_no_to_testing_keeps_its_rows_from_training(
    heading: str, cells: tuple[str, str], write: Write
) -> None:
    data = _table(lambda name, at: f"images/{name}.png,{_kind(name)},{cells[PARTS[at] == 'test']}", heading)
    assert _counts(_find(write, "list.csv", data)) == SPLIT


def test_parts_that_are_only_numbered_are_refused_until_it_is_said_what_they_mean(write: Write) -> None:
    data = _table(
        lambda name, at: f"images/{name}.png,{_kind(name)},{2 * (PARTS[at] == 'test')}", "image_id,label,partition"
    )
    with pytest.raises(TrainingError, match=r"partition .* holds 0, 2, and which .* test part .*--split-column none"):
        _find(write, "list.csv", data)
    assert _counts(_find(write, "list.csv", data, Asked(split_column="none"))) == HALVES


def test_a_class_called_train_is_no_split(write: Write) -> None:
    data = _table(lambda name, at: f"images/{name}.png,{at % 2},{1 - at % 2}", "path,bus,train")
    assert _counts(_find(write, "list.csv", data)) == {("train", "bus"): 4, ("train", "train"): 4}
