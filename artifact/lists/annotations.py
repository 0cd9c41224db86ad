"""The JSON of labelling tools as flat records: what names an image, what class it has, which part it is of.

Known are Label Studio (tasks and its short form), COCO (categories of images, as datumaro's `coco_labels` writes them,
and of boxes), datumaro's own format, FiftyOne's `labels.json`, Edge Impulse's `info.labels`, and lists of objects of
any keys, which Vertex AI, Azure and Hugging Face write as JSON lines.
"""

from collections.abc import Iterator
from typing import Any

Record = dict[str, str]
SEVERAL = "; "
"""Between the classes of an image that has more than one."""


def records(value: object) -> list[Record]:
    """Return one record for each image, none where the value is of no kind that is known."""
    if isinstance(value, dict):
        return _of_object(value)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [_label_studio(one) if _is_task(one) else flatten(one) for one in value]
    return []


def _of_object(value: dict[str, Any]) -> list[Record]:
    if all(isinstance(value.get(key), list) for key in ("images", "annotations", "categories")):
        return _coco(value)
    if isinstance(value.get("items"), list) and isinstance(value.get("categories"), dict):
        return _datumaro(value)
    if isinstance(value.get("labels"), dict) and "classes" in value:
        return _fiftyone(value["labels"], value["classes"])
    if isinstance(value.get("files"), list):
        return [_edge_impulse(one) for one in value["files"] if isinstance(one, dict)]
    if value and all(isinstance(one, str | int) for one in value.values()) and any("." in key for key in value):
        return [{"path": key, "label": str(one)} for key, one in value.items()]
    return []


def _coco(value: dict[str, Any]) -> list[Record]:
    names = {one.get("id"): str(one.get("name", one.get("id"))) for one in objects(value["categories"])}
    labels: dict[Any, list[str]] = {}
    for one in objects(value["annotations"]):
        labels.setdefault(one.get("image_id"), []).append(names.get(one.get("category_id"), ""))
    return [
        {"file_name": str(one.get("file_name", "")), "label": several(labels.get(one.get("id"), []))}
        for one in objects(value["images"])
    ]


def _datumaro(value: dict[str, Any]) -> list[Record]:
    label = value["categories"].get("label", {})
    names = [str(one.get("name")) for one in objects(label.get("labels", []) if isinstance(label, dict) else [])]
    found = []
    for one in objects(value["items"]):
        numbers = [note.get("label_id") for note in objects(one.get("annotations", []))]
        labels = [names[number] for number in numbers if isinstance(number, int) and 0 <= number < len(names)]
        image = one.get("image")
        path = image.get("path") if isinstance(image, dict) else None
        found.append({"path": str(path or one.get("id", "")), "label": several(labels)})
    return found


def _fiftyone(labels: dict[str, Any], classes: object) -> list[Record]:
    """FiftyOne's `labels.json`: by the name of each image without its suffix a class, or the number of one."""
    names = [str(name) for name in classes] if isinstance(classes, list) else []
    found = []
    for key, label in labels.items():
        if isinstance(label, dict):  # with a confidence or attributes
            label = label.get("label")
        number = isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(names)
        found.append({"path": key, "label": names[label] if number else "" if label is None else str(label)})
    return found


def _edge_impulse(one: dict[str, Any]) -> Record:
    """Its `category` is the part, not the class."""
    label = one.get("label")
    text = label.get("label", "") if isinstance(label, dict) else label or ""
    return {"path": str(one.get("path", "")), "label": str(text), "split": str(one.get("category", ""))}


def _is_task(one: dict[str, Any]) -> bool:
    return isinstance(one.get("data"), dict) and isinstance(one.get("annotations"), list)


def _label_studio(task: dict[str, Any]) -> Record:
    """Return the image of a task, the choices that its annotations agree on, and its other data."""
    data = {key: str(value) for key, value in task["data"].items() if isinstance(value, str | int | float)}
    choices = [
        str(choice)
        for note in objects(task["annotations"])
        if not note.get("was_cancelled")
        for result in objects(note.get("result", []))
        for choice in _list(result.get("value", {}), "choices")
    ]
    return {**data, "choice": several(choices)}


def _list(value: object, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def several(labels: list[str]) -> str:
    """Return the class of an image, or its classes where it has more than one."""
    return SEVERAL.join(sorted(set(labels)))


def flatten(value: dict[str, Any], prefix: str = "") -> Record:
    """Return the texts and numbers of an object by their path in it; of a list with one object, that object's."""
    found: Record = {}
    for key, one in value.items():
        if isinstance(one, list) and len(one) == 1:
            one = one[0]
        if isinstance(one, dict):
            found |= flatten(one, f"{prefix}{key}.")
        elif isinstance(one, bool):
            found[prefix + key] = str(int(one))
        elif isinstance(one, str | int | float):
            found[prefix + key] = str(one).strip()
    return found


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list; none where it is no list."""
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
