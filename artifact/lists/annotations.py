"""The JSON of labelling tools as flat records: what names an image, what class it has, which part it is of.

Each function takes the value of a file and its path, and returns nothing where the value is of another kind; `kinds`
has the table. Of COCO both the categories of images, as datumaro's `coco_labels` writes them, and those of boxes count.
"""

from collections.abc import Callable, Iterator
from typing import Any

Record = dict[str, str]
SEVERAL = "; "
"""Between the classes of an image that has more than one."""


def of_coco(value: object, _: str) -> list[Record]:
    """Return the records of COCO's `images`, `annotations` and `categories`."""
    if not isinstance(value, dict) or not all(map(_is_list(value), ("images", "annotations", "categories"))):
        return []
    names = {one.get("id"): str(one.get("name", one.get("id"))) for one in objects(value["categories"])}
    labels: dict[Any, list[str]] = {}
    for one in objects(value["annotations"]):
        labels.setdefault(one.get("image_id"), []).append(names.get(one.get("category_id"), ""))
    return [
        {"file_name": str(one.get("file_name", "")), "label": several(labels.get(one.get("id"), []))}
        for one in objects(value["images"])
    ]


def of_datumaro(value: object, _: str) -> list[Record]:
    """Return the records of datumaro's own format."""
    if not isinstance(value, dict) or not _is_list(value)("items") or not isinstance(value.get("categories"), dict):
        return []
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


def of_fiftyone(value: object, _: str) -> list[Record]:
    """Return the records of FiftyOne's `labels.json`: by each image's name without suffix a class, or its number."""
    if not isinstance(value, dict) or not isinstance(value.get("labels"), dict) or "classes" not in value:
        return []
    names = [str(name) for name in value["classes"]] if isinstance(value["classes"], list) else []
    found = []
    for key, label in value["labels"].items():
        if isinstance(label, dict):  # with a confidence or attributes
            label = label.get("label")
        number = isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(names)
        found.append({"path": key, "label": names[label] if number else "" if label is None else str(label)})
    return found


def of_edge_impulse(value: object, _: str) -> list[Record]:
    """Return the records of Edge Impulse's `info.labels`."""
    return [_edge_impulse(one) for one in objects(value.get("files") if isinstance(value, dict) else None)]


def of_label_studio(value: object, _: str) -> list[Record]:
    """Return the records of Label Studio's tasks; its short form is a list of objects."""
    tasks = all_objects(value)
    return [_label_studio(one) if _is_task(one) else flatten(one) for one in tasks] if any(map(_is_task, tasks)) else []


def of_objects(value: object, _: str) -> list[Record]:
    """Return the records of objects of any keys, as Vertex AI, Azure and Hugging Face write them as JSON lines."""
    return [flatten(one) for one in all_objects(value)]


def of_names(value: object, _: str) -> list[Record]:
    """Return the records of `{"one.jpg": "cat"}`."""
    if not isinstance(value, dict) or not all(isinstance(one, str | int) for one in value.values()):
        return []
    return [{"path": key, "label": str(one)} for key, one in value.items()] if any("." in key for key in value) else []


def _edge_impulse(one: dict[str, Any]) -> Record:
    """Its `category` is the part, not the class."""
    label = one.get("label")
    text = label.get("label", "") if isinstance(label, dict) else label or ""
    return {"path": str(one.get("path", "")), "label": str(text), "split": str(one.get("category", ""))}


def _is_list(value: dict[str, Any]) -> Callable[[str], bool]:
    return lambda key: isinstance(value.get(key), list)


def all_objects(value: object) -> list[dict[str, Any]]:
    """Return a list of objects only; an empty one of anything else."""
    return value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else []


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
