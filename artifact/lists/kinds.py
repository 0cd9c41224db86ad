"""The kinds of JSON that lists of images are exported as: one row each, asked in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from artifact.lists import annotations, exports
from artifact.lists.annotations import Record


@dataclass(frozen=True)
class Kind:
    """One kind of export.

    Attributes:
        tool: Who writes it, for people; empty where it is nobody's own.
        read: Returns a record for each image of the value of a file, given the file's path too, which Supervisely names
            an image by; nothing where the value is of another kind.
    """

    tool: str
    read: Callable[[object, str], Sequence[Record]]


KINDS = (
    Kind("Label Studio", annotations.of_label_studio),
    Kind("LabelMe", exports.of_labelme),
    Kind("Supervisely", exports.of_supervisely),
    Kind("Darwin", exports.of_darwin),
    Kind("VIA", exports.of_via),
    Kind("Labelbox", exports.of_labelbox),
    Kind("Prodigy", exports.of_prodigy),
    Kind("COCO", annotations.of_coco),
    Kind("datumaro", annotations.of_datumaro),
    Kind("FiftyOne", annotations.of_fiftyone),
    Kind("Edge Impulse", annotations.of_edge_impulse),
    Kind("", annotations.of_names),
    Kind("", annotations.of_objects),
    Kind("", exports.of_mapping),
)
TOOLS = tuple(kind.tool for kind in KINDS if kind.tool)


def records(value: object, name: str) -> Sequence[Record]:
    """Return a record for each image of which a file of JSON tells; nothing where it is of no kind that is known."""
    return next((found for kind in KINDS if (found := kind.read(value, name))), ())
