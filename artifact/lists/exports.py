"""What labelling tools write of one image, or of each image in one file, as flat records.

LabelMe, Supervisely and Darwin (V7) write a file of JSON for each image, VGG's annotator (VIA) an object or a table of
all images, Labelbox and Prodigy a line of JSON for each. What a tool says of boxes and outlines counts as it does in
COCO: an image has the classes of what is marked in it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from artifact.lists.annotations import Record, all_objects, flatten, objects, several

_REGIONS = {"filename", "file_attributes", "region_attributes"}


def of_labelme(value: object, _: str) -> list[Record]:
    """Return the image of a file of LabelMe: its flags, else what is marked in it."""
    if not isinstance(value, dict) or not isinstance(value.get("imagePath"), str):
        return []
    if not isinstance(value.get("shapes"), list):
        return []
    flags = value.get("flags")
    set_ = [key for key, one in flags.items() if one is True] if isinstance(flags, dict) else []
    return [_record(value["imagePath"], set_ or _texts(value["shapes"], "label"))]


def of_supervisely(value: object, name: str) -> list[Record]:
    """Return the image of a file of Supervisely, which names it only by the file's own path."""
    if not isinstance(value, dict) or "size" not in value:
        return []
    if not isinstance(value.get("tags"), list) or not isinstance(value.get("objects"), list):
        return []
    tags = [one.get("value") or one.get("name") for one in objects(value["tags"])]
    labels = tags or _texts(value["objects"], "classTitle")
    return [_record(f"../img/{PurePosixPath(name).stem}", [one for one in labels if isinstance(one, str)])]


def of_darwin(value: object, _: str) -> list[Record]:
    """Return the image of a file of Darwin (V7)."""
    item, notes = (value.get("item"), value.get("annotations")) if isinstance(value, dict) else (None, None)
    if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not isinstance(notes, list):
        return []
    tags = [one for one in objects(notes) if "tag" in one]
    return [_record(item["name"], _texts(tags or notes, "name"))]


def of_via(value: object, _: str) -> list[Record]:
    """Return the records of a project or an export of VIA 2."""
    images = value.get("_via_img_metadata", value) if isinstance(value, dict) else None
    if not isinstance(images, dict) or not images:
        return []
    if not all(isinstance(one, dict) and {"filename", "file_attributes"} <= set(one) for one in images.values()):
        return []
    found = []
    for one in images.values():
        regions = [_attributes(region.get("region_attributes")) for region in objects(one.get("regions"))]
        found.append(_via(str(one["filename"]), _attributes(one["file_attributes"]), regions))
    return found


def of_prodigy(value: object, _: str) -> list[Record]:
    """Return the records of Prodigy's lines, in which a label counts as the answer says: it may have been rejected."""
    lines = all_objects(value)
    if not all("image" in one and one.get("answer") in ("accept", "reject", "ignore") for one in lines):
        return []
    return [_prodigy(one) for one in lines]


def _prodigy(one: dict[str, Any]) -> Record:
    inside = str(one["image"]).startswith("data:")  # then the file is named beside it
    meta = flatten(one["meta"]) if isinstance(one.get("meta"), dict) else {}
    path = str(one.get("path") or meta.get("file") or "") if inside else str(one["image"])
    accepted, label = one["answer"] == "accept", one.get("label")
    if isinstance(one.get("accept"), list):  # of several options those that were chosen
        labels = [str(option) for option in one["accept"] if accepted]
    elif isinstance(label, str):
        labels = {"accept": [label], "reject": [f"not_{label}"]}.get(one["answer"], [])
    else:
        labels = _texts(one.get("spans"), "label") if accepted else []
    return {**meta, **_record(path, labels)}


def of_via_rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Record]:
    """Return the records of VIA's table, which holds JSON in its cells and a row for each region; else none."""
    if not set(heading) >= _REGIONS:
        return []
    images: dict[str, tuple[Record, list[Record]]] = {}
    for row in rows:
        cells = dict(zip(heading, row, strict=True))
        of_file, regions = images.setdefault(cells["filename"], ({}, []))
        of_file |= _attributes(_loads(cells["file_attributes"]))
        regions.append(_attributes(_loads(cells["region_attributes"])))
    return [_via(name, *attributes) for name, attributes in images.items()]


def of_labelbox(value: object, _: str) -> list[Record]:
    """Return the images of Labelbox's lines, with a column for each question."""
    lines = all_objects(value)
    if not all("data_row" in one for one in lines):
        return []
    return [record for one in lines if (record := _labelbox(one))]


def _labelbox(value: dict[str, Any]) -> Record | None:
    row, projects = value.get("data_row"), value.get("projects")
    if not isinstance(row, dict) or not isinstance(projects, dict):
        return None
    answers: dict[str, list[str]] = {}
    for project in projects.values():
        for label in objects(project.get("labels") if isinstance(project, dict) else None):
            notes = label.get("annotations")
            for question in objects(notes.get("classifications") if isinstance(notes, dict) else None):
                answers.setdefault(str(question.get("name")), []).extend(_answers(question))
    name = row.get("external_id") or row.get("global_key") or row.get("row_data") or ""
    return {"external_id": str(name), **{question: several(names) for question, names in answers.items()}}


def of_mapping(value: object, _: str) -> list[Record]:
    """Return the records of `{"images/one.jpg": {"label": "cat"}}`."""
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        return []
    if not all(PurePosixPath(key).suffix for key in value):
        return []
    return [{"path": key, **flatten(one)} for key, one in value.items()]


def _answers(question: dict[str, Any]) -> Iterator[str]:
    radio = question.get("radio_answer")
    yield from _texts([radio, *(question.get("checklist_answers") or ())], "name")


def _via(name: str, of_file: Record, regions: Sequence[Record]) -> Record:
    """Return what is said of a file, or where nothing is said of it, of its regions."""
    keys = () if any(of_file.values()) else dict.fromkeys(key for region in regions for key in region)
    found = {key: several([region[key] for region in regions if region.get(key)]) for key in keys}
    return {"filename": name, **found, **{key: one for key, one in of_file.items() if key not in found or one}}


def _attributes(value: object) -> Record:
    """Return attributes as text; of a set of ticked boxes the names of those that are ticked."""
    if not isinstance(value, dict):
        return {}
    return {
        str(key): several([str(name) for name, ticked in one.items() if ticked]) if isinstance(one, dict) else str(one)
        for key, one in value.items()
    }


def _loads(cell: str) -> object:
    try:
        value: object = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return value


def _record(path: str, labels: list[str]) -> Record:
    return {"path": path, "label": several(labels)}


def _texts(value: object, key: str) -> list[str]:
    return [one[key] for one in objects(value) if isinstance(one.get(key), str)]
