"""What labelling tools and data sets write as labels, rebuilt by hand: tool, version and layout are stated."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from tests.training.reading.listings import (
    HALVES,
    NAMES,
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
from training.reading.dataset import read_path
from training.reading.found import Asked


def _each(line: Callable[[str], object]) -> bytes:
    return "\n".join(json.dumps(line(name)) for name in NAMES).encode()


def _of_all(line: Callable[[str], tuple[str, object]]) -> bytes:
    return json.dumps(dict(line(name) for name in NAMES)).encode()


def _via(name: str) -> tuple[str, object]:
    """VIA 2.0.12, `Export Annotations (as json)`: by name and size; what is ticked is an object."""
    attributes = {"animal": {kind_of(name): True}, "note": ""}
    return f"{name}.png1415", {"filename": f"{name}.png", "size": 1415, "regions": [], "file_attributes": attributes}


def _via_region(name: str) -> tuple[str, object]:
    regions = [{"shape_attributes": {"name": "rect"}, "region_attributes": {"kind": kind_of(name)}}] * 2
    return name, {"filename": f"{name}.png", "size": 9, "regions": regions, "file_attributes": {}}


def _labelbox(name: str) -> object:
    """A line of Labelbox's NDJSON export (2024): the question's name is the heading."""
    answer = {"name": "animal", "radio_answer": {"name": kind_of(name), "value": kind_of(name)}}
    label = {"label_kind": "Default", "annotations": {"objects": [], "classifications": [answer]}}
    row = {"id": f"c{name}", "external_id": f"{name}.png", "row_data": f"https://storage/{name}.png"}
    return {"data_row": row, "projects": {"clp": {"name": "Pets", "labels": [label]}}}


def _sagemaker(name: str) -> object:
    """A line of an output manifest of Amazon SageMaker Ground Truth."""
    told = {"class-name": kind_of(name), "confidence": 0.9, "type": "groundtruth/image-classification"}
    return {"source-ref": f"images/{name}.png", "pets": int(name > "d"), "pets-metadata": told}


ONE_FILE = {
    "via.json": _of_all(_via),
    "via_regions.json": _of_all(_via_region),
    "via_project.json": json.dumps({"_via_settings": {}, "_via_img_metadata": dict(map(_via, NAMES))}).encode(),
    "via.csv": table_of(  # the same, as csv
        lambda name, _: f'{name}.png,{len(name)}7,"{{""animal"":""{kind_of(name)}""}}",0,0,"{{}}","{{}}"',
        "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes",
    ),
    "labelbox.ndjson": _each(_labelbox),
    "output.manifest": _each(_sagemaker),
    "mapping.json": _of_all(lambda name: (f"{name}.png", {"label": kind_of(name), "score": 0.5})),
    "makesense.csv": table_of(lambda name, _: f'{name}.png,"[{kind_of(name)}]"'),  # makesense.ai 1.11, labels of images
    "pandas.csv": table_of(lambda name, _: f"{name}.png,\"['{kind_of(name)}']\"", "file,label"),
    "nih.csv": table_of(  # ChestX-ray14: headings with commas in them, so that `y]` is the last word of one
        lambda name, at: f"{name}.png,{kind_of(name)},{at},{at},PA,2682,2749,0.143,0.1{at},",
        "Image Index,Finding Labels,Follow-up #,Age,View Position,OriginalImage[Width,Height],Spacing[x,y],",
    ),
    "animal.csv": table_of(lambda name, _: f"{name}.png,{kind_of(name)}", "file,animal"),
    "r.txt": table_of(lambda name, at: f"{at + 1}\t{name}.png\t{kind_of(name)}", "file\tlabel"),  # R 4's write.table
    "properties.csv": table_of(
        lambda name, at: f"{name}.png,{at},2024,640,{kind_of(name)},https://x/{at}", "file,no,year,width,what,link"
    ),
}


def _prodigy(name: str, answer: str, **said: object) -> object:
    """A line of Prodigy's `db-out` (1.15, after its documentation): the picture inside, its file beside it."""
    return {"image": "data:image/png;base64,AAAA", "path": f"/data/{name}.png", **said, "answer": answer}


def test_a_label_that_was_rejected_in_prodigy_is_not_the_class(write: Write) -> None:
    lines = _each(lambda name: _prodigy(name, "accept" if name < "d" else "reject", label="CAT"))
    listing = find_beside(write, "out.jsonl", lines)
    assert counts_of(listing) == {("train", "CAT"): 4, ("train", "not_CAT"): 4}
    assert all((entry.label == "CAT") == ("cat" in entry.file) for entry in listing.found)


def test_what_was_ignored_or_rejected_among_prodigy_s_options_has_no_class(write: Write) -> None:
    answers = {"cat0": "ignore", "dog1": "reject"}
    options = {"options": [{"id": "cat"}, {"id": "dog"}]}
    lines = _each(lambda name: _prodigy(name, answers.get(name, "accept"), accept=[kind_of(name)], **options))
    listing = find_beside(write, "out.jsonl", lines)
    assert counts_of(listing) == {("train", "cat"): 3, ("train", "dog"): 3}
    assert sorted(PurePosixPath(entry.file).stem for entry in listing.unused) == ["cat0", "dog1"]


@pytest.mark.parametrize("name", ONE_FILE)
def test_a_tool_s_file_of_all_images_is_read(name: str, write: Write) -> None:
    listing = find_beside(write, name, ONE_FILE[name])
    assert counts_of(listing) == HALVES
    assert all(entry.label in entry.file for entry in listing.found)


def _labelme(name: str) -> object:
    flags = {"cat": name < "d", "dog": name > "d"}
    return {"version": "5.4.1", "flags": flags, "shapes": [], "imagePath": f"{name}.png", "imageData": None}


def _supervisely(name: str) -> object:
    return {"tags": [{"name": kind_of(name), "value": None}], "size": {"height": 20, "width": 24}, "objects": []}


def _darwin(name: str) -> object:
    item = {"name": f"{name}.png", "path": "/"}
    return {"version": "2.0", "item": item, "annotations": [{"name": kind_of(name), "tag": {}}]}


@pytest.mark.parametrize(
    ("picture", "label_file", "of_one"),
    [
        ("{}.png", "{}.json", _labelme),  # LabelMe 5.4.1 with --flags cat,dog
        ("pets/img/{}.png", "pets/ann/{}.png.json", _supervisely),  # Supervisely's format, meta.json beside
        ("images/{}.png", "annotations/{}.json", _darwin),  # Darwin JSON 2.0 of V7
    ],
)
def test_a_tool_s_file_for_each_image_is_read(
    picture: str, label_file: str, of_one: Callable[[str], object], write: Write
) -> None:
    files = {picture.format(name): name.encode() for name in NAMES}
    labels = {label_file.format(name): json.dumps(of_one(name)).encode() for name in NAMES}
    listing = sources.find(write(files | labels | {"meta.json": b'{"projectType": "images"}'}))
    assert counts_of(listing) == HALVES
    assert all(entry.read().decode().startswith(entry.label) for entry in listing.found)
    assert " and 7 more files" in listing.layout


def test_an_image_in_which_both_classes_are_marked_has_several(write: Write) -> None:
    both = [{"label": "cat", "points": []}, {"label": "dog", "points": []}]
    labels = {f"{name}.json": _labelme(name) for name in NAMES} | {
        "cat0.json": {"flags": {}, "shapes": both, "imagePath": "cat0.png"}
    }
    files = {f"{name}.png": name.encode() for name in NAMES}
    listing = sources.find(write(files | {name: json.dumps(value).encode() for name, value in labels.items()}))
    assert len(listing.found) == 7
    assert [entry.reason for entry in listing.unused] == ["It has several classes (cat; dog)."]


GOOGLE = table_of(
    lambda name, at: f"{'TEST' if PARTS[at] == 'test' else ('TRAIN', 'UNASSIGNED')[at % 2]},{name}.png,{kind_of(name)}"
)


@pytest.mark.parametrize("column", [None, "3"])
def test_what_google_s_list_leaves_unassigned_is_learned_from_and_its_test_rows_never(
    column: str | None, write: Write
) -> None:
    """The CSV of Vertex AI and AutoML Vision: ML_USE, image, label, without a heading."""
    assert counts_of(find_beside(write, "import.csv", GOOGLE, Asked(label_column=column))) == SPLIT


@pytest.mark.parametrize("column", [None, "3"])
def test_a_list_whose_parts_have_a_name_that_is_not_known_is_refused(column: str | None, write: Write) -> None:
    strange = GOOGLE.replace(b"UNASSIGNED", b"WHATEVER")
    words = "Column 1 of .* tells training from test, and says WHATEVER too"
    with pytest.raises(TrainingError, match=words):
        find_beside(write, "import.csv", strange, Asked(label_column=column))


def test_a_second_label_of_some_rows_is_not_passed_over(write: Write) -> None:
    rows = table_of(lambda name, at: f"TRAIN,{name}.png,{kind_of(name)}" + ",fluffy" * (at % 3 == 0))
    with pytest.raises(TrainingError, match=r"Several columns .* column 3 \(cat, dog\) and column 4 \(fluffy"):
        find_beside(write, "import.csv", rows)


@pytest.mark.parametrize("label", ["1", "1.000000"])
def test_the_lists_of_mxnet_and_sagemaker_are_read_by_number_label_path(label: str, write: Write) -> None:
    zero = label.replace("1", "0")
    rows = table_of(lambda name, at: f"{at}\t{label if name > 'd' else zero}\timages/{name}.png")
    assert counts_of(find_beside(write, "train.lst", rows)) == {("train", "0"): 4, ("train", "1"): 4}


@pytest.mark.parametrize("column", ["Smiling", None])
def test_the_headings_of_celeba_stand_above_their_own_columns(column: str | None, write: Write) -> None:
    """`list_attr_celeba.txt`: the number of rows, headings but for the name, rows of 1 and -1."""
    rows = table_of(lambda name, at: f"{name}.png {-1 if at % 4 else ' 1'}  {1 if name > 'd' else -1}", "Bald Smiling")
    data = b"8\n" + rows
    if column is None:
        with pytest.raises(TrainingError, match=r"Bald \(1, -1\) and Smiling \(-1, 1\)"):
            find_beside(write, "list_attr_celeba.txt", data)
    else:
        listing = find_beside(write, "list_attr_celeba.txt", data, Asked(label_column=column))
        assert {(entry.label, entry.file[-8:-5]) for entry in listing.found} == {("-1", "cat"), ("1", "dog")}


def test_a_class_that_is_only_tested_on_is_said_to_be_so(picture: Callable[..., bytes], write: Write) -> None:
    """MVTec AD: what is good lies in train and test, what is broken in test only."""
    names = ["train/good", "train/good", "test/good", "test/broken", "test/broken"]
    root = write({f"{name}/{at}.png": picture(at) for at, name in enumerate(names)})
    with pytest.raises(
        TrainingError, match=r"2 images of broken are for testing .*: with --test 0\.2 all images count"
    ):
        read_path(root)
