"""Images that are not photos to learn from: masks beside the images that they are of, and folders without labels."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from training.reading.found import Asked
from training.reading.words import is_decoration, is_unlabelled, names_masks, part_of

_MASK = re.compile(
    r"(.+?)[ _.-]+\(?(masks?|seg|segmentation|segm|gt|ground[ _-]?truth|annotation|annotated|overlay|heatmap|matte)"
    r"([ _-]?\d+)?\)?",
    re.IGNORECASE,
)
"""The name of a mask: that of its image with a word behind it, and a number where an image has several."""


def find(pictures: Sequence[PurePosixPath], asked: Asked) -> dict[PurePosixPath, str]:
    """Return the image files that are set aside, each with the reason; classes that were asked for never are."""
    stems = {path.with_suffix("") for path in pictures}
    siblings = _siblings(pictures)
    wanted = {name.casefold() for name in asked.classes or ()}
    found = {}
    for path in pictures:
        if reason := _in_folder(path, siblings, wanted) or _beside_its_image(path, stems):
            found[path] = reason
    return found


def _siblings(pictures: Sequence[PurePosixPath]) -> dict[PurePosixPath, set[str]]:
    """Return the names of the folders in each folder."""
    found = defaultdict(set)
    for folder in {path.parent for path in pictures}:
        for inner in (folder, *folder.parents):
            if inner.name:
                found[inner.parent].add(inner.name)
    return found


def _in_folder(path: PurePosixPath, siblings: dict[PurePosixPath, set[str]], wanted: set[str]) -> str | None:
    for folder in path.parents:
        others = siblings.get(folder.parent, set()) - {folder.name}
        if not folder.name or folder.name.casefold() in wanted:
            continue
        if names_masks(folder.name) and any(is_decoration(other) or part_of(other) for other in others):
            return f"It lies in {folder.name}, beside a folder of images: masks are not photos."
        if is_unlabelled(folder.name) and len(others) >= 2:
            return f"Its folder {folder.name} says that it has no label. Give the folder to --unlabelled to use it."
    return None


def _beside_its_image(path: PurePosixPath, stems: set[PurePosixPath]) -> str | None:
    match = _MASK.fullmatch(path.stem)
    if match is None or path.with_name(match[1]) not in stems:
        return None
    return "By its name it is a mask or drawing of the image beside it that is called so without the last word."
