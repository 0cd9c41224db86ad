"""Label files beside images and the JSON of labelling tools, rebuilt by hand with tool and version."""

import json
from collections.abc import Callable

import pytest

from tests.training.reading.listings import (
    FILES,
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


def _tasks() -> object:
    """Label Studio 1's JSON export."""
    return [
        {
            "id": number,
            "data": {"image": f"/data/upload/1/0a1b2c3d-{name}.png"},
            "annotations": [
                {"result": [{"type": "choices", "value": {"choices": [kind_of(name)]}}], "was_cancelled": False}
            ],
        }
        for number, name in enumerate(NAMES)
    ]


def _coco() -> object:
    """What datumaro 1.13.12 writes as `coco_labels`."""
    return {
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "images": [{"id": at + 1, "file_name": f"{name}.png"} for at, name in enumerate(NAMES)],
        "annotations": [
            {"id": at, "image_id": at + 1, "category_id": 1 + (name > "d")} for at, name in enumerate(NAMES)
        ],
    }


def _datumaro() -> object:
    """What datumaro 1.13.12 writes as its own format."""
    return {
        "categories": {"label": {"labels": [{"name": "cat"}, {"name": "dog"}]}},
        "items": [
            {
                "id": name,
                "annotations": [{"type": "label", "label_id": int(name > "d")}],
                "image": {"path": f"{name}.png"},
            }
            for name in NAMES
        ],
    }


def _vertex() -> object:
    """Vertex AI's JSON lines, with local paths."""
    return [
        {"imageGcsUri": f"images/{name}.png", "classificationAnnotation": {"displayName": kind_of(name)}}
        for name in NAMES
    ]


@pytest.mark.parametrize(
    "value", [_tasks(), _coco(), _datumaro(), _vertex()], ids=["tasks", "coco", "datumaro", "vertex"]
)
def test_the_json_of_labelling_tools(value: object, write: Write) -> None:
    assert counts_of(find_beside(write, "export.json", json.dumps(value).encode())) == HALVES
    if isinstance(value, list):
        lines = "\n".join(json.dumps(one) for one in value).encode()
        assert counts_of(find_beside(write, "export.jsonl", lines)) == HALVES


def test_an_image_with_two_classes_is_counted_with_both(write: Write) -> None:
    tasks = _tasks()
    assert isinstance(tasks, list)
    tasks[0]["annotations"][0]["result"][0]["value"]["choices"] = ["cat", "dog"]
    listing = find_beside(write, "export.json", json.dumps(tasks).encode())
    assert len(listing.found) == 7
    assert "cat; dog" in listing.unused[0].reason


def test_json_that_is_no_list_of_images_is_refused(write: Write) -> None:
    with pytest.raises(TrainingError, match="neither a list of objects nor an export of Label Studio"):
        find_beside(write, "export.json", b'{"a": {"b": 1}}')
    with pytest.raises(TrainingError, match="not valid JSON"):
        find_beside(write, "export.json", b"{")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_label_files_among_flat_folders(kind: str, write: Write) -> None:
    """Hugging Face's metadata (datasets 5.2.0), Roboflow's `_classes.csv`, Edge Impulse, datumaro 1.13.12's COCO."""
    split = {f"{PARTS[at]}/{name}.png": name.encode() for at, name in enumerate(NAMES)}

    def beside(file: str, heading: str, line: Callable[[str], str]) -> dict[str, bytes]:
        return {
            f"{part}/{file}": "\n".join([heading, *(line(name) for at, name in enumerate(NAMES) if PARTS[at] == part)])
            .strip()
            .encode()
            for part in ("train", "test")
        }

    forms = [
        beside("metadata.csv", "file_name,label", lambda name: f"{name}.png,{kind_of(name)}"),
        beside("metadata.jsonl", "", lambda name: json.dumps({"file_name": f"{name}.png", "label": kind_of(name)})),
        beside("_classes.csv", "filename, cat, dog", lambda name: f"{name}.png, {int(name < 'd')}, {int(name > 'd')}"),
        {
            "info.labels": json.dumps(
                {
                    "version": 1,
                    "files": [
                        {
                            "path": f"{PARTS[at]}/{name}.png",
                            "category": {"train": "training", "test": "testing"}[PARTS[at]],
                            "label": {"type": "label", "label": kind_of(name)},
                        }
                        for at, name in enumerate(NAMES)
                    ],
                }
            ).encode()
        },
        {"annotations/all.json": json.dumps(_coco()).encode()},
    ]
    for number, form in enumerate(forms):
        root = write({f"set{number}/{name}": data for name, data in (split | form).items()}, kind)
        listing = sources.find(root / f"set{number}" if kind == "folder" else root)
        assert counts_of(listing) == SPLIT, list(form)


def test_roboflow_s_images_of_several_classes_are_counted_however_many_there_are(write: Write) -> None:
    rows = "\n".join(f"{name}.png, {int(name < 'd' or at < 4)}, {int(name > 'd')}" for at, name in enumerate(NAMES))
    root = write(
        {f"train/{name}.png": name.encode() for name in NAMES}
        | {"train/_classes.csv": "\n".join(("filename, cat, dog", rows)).encode()}
    )
    listing = sources.find(root)
    assert counts_of(listing) == {("train", "cat"): 4, ("train", "dog"): 2}
    assert {one.reason for one in listing.unused} == {"It has several classes (cat; dog)."}


def test_a_class_list_of_pascal_voc_can_be_given_where_two_disagree(write: Write) -> None:
    """Layout of VOC 2007: `ImageSets/Main/CLASS_PART.txt`, a stem and 1 or -1 behind one blank or two in each line."""

    def of_class(kind: str) -> bytes:
        return table_of(lambda name, _: f"{name} {' 1' if kind in name else '-1'}")

    lists = {f"ImageSets/Main/{kind}_train.txt": of_class(kind) for kind in ("cat", "dog")}
    root = write({f"JPEGImages/{name}.jpg": name.encode() for name in NAMES} | lists)
    with pytest.raises(TrainingError, match=r"Give the one that is right as DATA_DIR"):
        sources.find(root)
    assert counts_of(sources.find(root / "ImageSets/Main/dog_train.txt")) == {("train", "1"): 4, ("train", "-1"): 4}


def test_an_image_that_no_label_file_names_is_counted(write: Write) -> None:
    rows = table_of(lambda name, _: f"images/{name}.png,{kind_of(name)}", "path,label")
    listing = sources.find(write(FILES | {"labels.csv": rows, "images/extra.png": b"x"}))
    assert counts_of(listing) == HALVES
    assert [one.file for one in listing.unused] == ["images/extra.png"]


def test_two_label_files_that_disagree_are_named(write: Write) -> None:
    rows = table_of(lambda name, _: f"images/{name}.png,{kind_of(name)}", "path,label")
    other = rows.replace(b"cat0.png,cat", b"cat0.png,dog")
    with pytest.raises(TrainingError, match=r"images/cat0\.png is cat by one label file and dog by old\.csv"):
        sources.find(write(FILES | {"labels.csv": rows, "old.csv": other}))


def test_an_image_that_one_label_file_lists_with_both_classes_is_left_to_be_named(write: Write) -> None:
    rows = table_of(lambda name, _: f"images/{name}.png,{kind_of(name)}", "path,label")
    listing = sources.find(write(FILES | {"labels.csv": rows + b"\nimages/cat0.png,dog\nimages/cat1.png,cat"}))
    assert sorted(one.label for one in listing.found if one.file == "images/cat0.png") == ["cat", "dog"]
    assert [one.label for one in listing.found if one.file == "images/cat1.png"] == ["cat"]


@pytest.mark.parametrize("numbered", [True, False])
def test_fiftyone_s_labels_are_read(numbered: bool, write: Write) -> None:
    """FiftyOneImageClassificationDataset: data/ with the images, and labels.json by their names without suffixes."""
    kinds = ["cat", "dog"]
    labels = {name: kinds.index(kind_of(name)) if numbered else kind_of(name) for name in NAMES}
    text = json.dumps({"classes": kinds if numbered else None, "labels": labels})
    files = {f"data/{name}.png": name.encode() for name in NAMES}
    assert counts_of(sources.find(write(files | {"labels.json": text.encode()}))) == HALVES


def test_fiftyone_s_numbers_without_names_are_classes(write: Write) -> None:
    labels = {name: int(kind_of(name) == "dog") for name in NAMES}
    files = {f"data/{name}.png": name.encode() for name in NAMES}
    text = json.dumps({"classes": [], "labels": labels})
    listing = sources.find(write(files | {"labels.json": text.encode()}))
    assert sorted(one.label for one in listing.found) == sorted(map(str, labels.values()))
