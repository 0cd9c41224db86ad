"""Tables as tools write them, read by heading: the forms of the makers are rebuilt by hand, with tool and version."""

from collections.abc import Callable

import pytest

from tests.training.reading.listings import (
    HALVES,
    PARTS,
    SPLIT,
    Write,
    counts_of,
    find_beside,
    kind_of,
    table_of,
)
from training.errors import TrainingError
from training.reading import sources
from training.reading.found import Asked
from training.reading.grouping import parse


@pytest.mark.parametrize(
    "heading",
    [
        *("path,label", "file_name,label", "name,label", "id,label", "image_id,label", "image_path,label"),
        *("filepath,label", "image,category", "img,target", "image_name,class_name", "Image Path,Class", "filename,y"),
        *("url,species", "Image Index,Finding"),
    ],
)
def test_the_columns_are_told_by_their_headings(heading: str, write: Write) -> None:
    listing = find_beside(write, "list.csv", table_of(lambda name, _: f"images/{name}.png,{kind_of(name)}", heading))
    assert counts_of(listing) == HALVES


@pytest.mark.parametrize(
    ("line", "heading", "counts"),
    [
        (
            lambda name, at: f"{at},images/{name}.png,{kind_of(name)},{PARTS[at]}",
            ",path,label,split",
            SPLIT,
        ),  # pandas 3.1
        (lambda name, at: f"images/{name}.png,{PARTS[at]},{kind_of(name)}", "path,split,label", SPLIT),
        (lambda name, at: f"images/{name}.png,{kind_of(name)},,{PARTS[at]}", "path,label,notes,split", SPLIT),
        (lambda name, at: f"{PARTS[at].upper()},images/{name}.png,{kind_of(name)}", "", SPLIT),  # Vertex AI's order
        (lambda name, at: f"{kind_of(name)},images/{name}.png", "label,path", HALVES),
        (lambda name, at: f"{kind_of(name)},images/{name}.png", "", HALVES),
        (lambda name, at: f"images/{name}.png;{kind_of(name)}", "path;label", HALVES),  # a German Excel
        (lambda name, at: f"images/{name}.png\t{kind_of(name)}", "path\tlabel", HALVES),
        (lambda name, at: f"images/{name}.png|{kind_of(name)}", "", HALVES),
        (lambda name, at: f"images\\{name}.png,{kind_of(name)}", "path,label", HALVES),
        (lambda name, at: f"images/{name},{kind_of(name)}", "path,label", HALVES),
        (lambda name, at: f"{name},{kind_of(name)}", "id,label", HALVES),
        (lambda name, at: f"{name}.png,{kind_of(name)}", "id,label", HALVES),
        (lambda name, at: f"/home/me/photos/images/{name}.png,{kind_of(name)}", "path,label", HALVES),
        (lambda name, at: f"C:\\photos\\{name}.png,{kind_of(name)}", "path,label", HALVES),
        # Roboflow's multi-class CSV has a blank after each comma
        (lambda name, at: f"{name}.png, {int(name < 'd')}, {int(name > 'd')}", "filename, cat, dog", HALVES),
        (lambda name, at: f"images/{name}.png,{kind_of(name)},{int(name > 'd')}", "path,label_name,label", HALVES),
        # label-studio-converter 0.0.59
        (
            lambda name, at: f'{at},"1","{kind_of(name)}","2026","{at}","/data/upload/1/0a1b2c3d-{name}.png",1.5',
            '"annotation_id","annotator","choice","created_at","id","image","lead_time"',
            HALVES,
        ),
        (lambda name, at: f"images/{name}.png,{kind_of(name)},{at % 5}", "path,label,fold", HALVES),
    ],
)
@pytest.mark.parametrize("marked", [b"", b"\xef\xbb\xbf"])
def test_lists_as_tools_write_them(
    line: Callable[[str, int], str], heading: str, counts: dict[tuple[str, str], int], marked: bytes, write: Write
) -> None:
    assert counts_of(find_beside(write, "list.csv", marked + table_of(line, heading))) == counts


def test_zero_and_one_are_classes_and_whole_numbers_of_a_column_with_gaps_are_no_others(write: Write) -> None:
    listing = find_beside(
        write, "list.csv", table_of(lambda name, _: f"images/{name}.png,{float(name > 'd')}", "path,label")
    )
    assert counts_of(listing) == {("train", "0"): 4, ("train", "1"): 4}


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
            lambda name, at: f"images/{name}.png,images/cat0.png,{kind_of(name)}",
            "image,file,label",
            r"file .* and image .*--path-column",
        ),
        (lambda name, at: f"{at},{kind_of(name)}", "number,label", "No column .* names images.*--path-column"),
        (lambda name, at: f"gs://bucket/{name}.png,{kind_of(name)}", "", "another machine .gs://bucket/cat0.png"),
        (lambda name, at: f"https://x.org/{name}.png,{kind_of(name)}", "url,label", "another machine .https://"),
        (lambda name, at: f"azureml://x/{name}.png,{kind_of(name)}", "image_url,label", "another machine .azureml"),
        (lambda name, at: f"images/{name}.png,{kind_of(name)},later", "path,label,split", None),
        (
            lambda name, at: f"images/{name}.png,{kind_of(name)},{('test', 'x')[at % 2]}",
            "path,label,split",
            "Line 3 .*'x'",
        ),
    ],
)
def test_what_cannot_be_told_is_an_error_that_names_the_columns(
    line: Callable[[str, int], str], heading: str, words: str | None, write: Write
) -> None:
    data = table_of(line, heading)
    if words is None:
        assert counts_of(find_beside(write, "list.csv", data)) == HALVES
        return
    with pytest.raises(TrainingError, match=words):
        find_beside(write, "list.csv", data)


def test_the_options_say_which_column_is_meant(write: Write) -> None:
    data = table_of(
        lambda name, at: f"images/{name}.png,x{at % 2}.png,{kind_of(name)},{at % 3},{PARTS[at]},t{at}",
        "picture,mask,what,other,when,taken",
    )
    asked = Asked(path_column="picture", label_column="what", split_column="when")
    assert counts_of(find_beside(write, "list.csv", data, asked)) == SPLIT
    by_number = Asked(path_column="1", label_column="3", split_column="5")
    assert counts_of(find_beside(write, "list.csv", data, by_number)) == SPLIT
    with pytest.raises(TrainingError, match=r"no column that, which --label-column names.*picture, mask, what"):
        find_beside(write, "list.csv", data, Asked(label_column="that"))


def test_test_rows_without_a_class_are_counted_and_never_learned_from(write: Write) -> None:
    data = table_of(
        lambda name, at: f"images/{name}.png,{kind_of(name) if PARTS[at] == 'train' else ''},{PARTS[at]}",
        "path,label,split",
    )
    listing = find_beside(write, "list.csv", data)
    assert counts_of(listing) == {("train", "cat"): 3, ("train", "dog"): 3}
    assert len(listing.unused) == 2


def test_a_column_of_patients_makes_groups_and_can_be_named(write: Write) -> None:
    data = table_of(
        lambda name, at: f"images/{name}.png,{kind_of(name)},p{at % 3},v{at % 2}", "path,label,patient_id,visit"
    )
    listing = find_beside(write, "list.csv", data)
    assert {entry.group for entry in listing.found} == {"p0", "p1", "p2"}
    assert listing.grouping is not None
    assert listing.grouping.noun == "patient"
    by_visit = find_beside(write, "list.csv", data, Asked(groups=parse("column:visit")))
    assert {entry.group for entry in by_visit.found} == {"v0", "v1"}
    nobody = find_beside(write, "list.csv", data, Asked(groups=parse("none"), label_column="label"))
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
        ("path,label,is_valid", ("False", "True")),  # fastai 2.8's from_df
    ],
)
def test_a_column_that_says_yes_or_no_to_testing_keeps_its_rows_from_training(
    heading: str, cells: tuple[str, str], write: Write
) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{kind_of(name)},{cells[PARTS[at] == 'test']}", heading)
    assert counts_of(find_beside(write, "list.csv", data)) == SPLIT


def test_is_valid_of_nearly_all_rows_says_that_the_images_are_sound(write: Write) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{kind_of(name)},{at > 0}", "path,label,is_valid")
    assert counts_of(find_beside(write, "list.csv", data)) == HALVES


def test_parts_that_are_only_numbered_are_refused_until_it_is_said_what_they_mean(write: Write) -> None:
    data = table_of(
        lambda name, at: f"images/{name}.png,{kind_of(name)},{2 * (PARTS[at] == 'test')}", "image_id,label,partition"
    )
    with pytest.raises(TrainingError, match=r"partition .* holds 0, 2, and which .* test part .*--split-column none"):
        find_beside(write, "list.csv", data)
    assert counts_of(find_beside(write, "list.csv", data, Asked(split_column="none"))) == HALVES


def test_a_class_called_train_is_no_split(write: Write) -> None:
    data = table_of(lambda name, at: f"images/{name}.png,{at % 2},{1 - at % 2}", "path,bus,train")
    assert counts_of(find_beside(write, "list.csv", data)) == {("train", "bus"): 4, ("train", "train"): 4}
