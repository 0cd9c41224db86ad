"""Which column of a list names the images: told by its heading and by what its cells look like."""

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from artifact import filenames

PATHS = (
    *("path", "file_path", "filepath", "image_path", "img_path", "imagepath", "file_name", "filename"),
    *("image_filename", "image_file_name", "img_filename", "image_file", "file", "files", "image_name", "imagename"),
    *("img_name", "image", "images", "img", "picture", "photo", "image_uri", "imagegcsuri", "image_url", "img_url"),
    *("url", "uri", "name", "image_id", "imageid", "img_id", "id", "key", "sample"),
    *("source_ref", "external_id", "fname"),
)
"""Headings of such a column as `plain` has them, the surest first."""
REMOTE = re.compile(r"(https?|gs|s3|az|abfss?|azureml|wasbs?|hdfs)://", re.IGNORECASE)
"""How the address of an image on another machine begins."""

Exists = Callable[[str], bool]
"""Tells whether a cell names a file that is there."""


def plain(heading: str) -> str:
    """Return a heading as it is compared; of a path in an object its last name."""
    return re.sub(r"[^a-z0-9]+", "_", heading.rpartition("/")[2].rpartition(".")[2].lower()).strip("_")


def looks_like_image(cell: str) -> bool:
    """Tell whether a cell has an image's suffix, or is an address."""
    return REMOTE.match(cell) is not None or filenames.is_picture(PurePosixPath(cell).name)


def names_image(cell: str, exists: Exists) -> bool:
    """Tell whether a cell names an image: a picture's suffix, an address, or a file that exists."""
    return bool(cell) and (looks_like_image(cell) or exists(cell))


def is_heading(row: Sequence[str], below: Sequence[Sequence[str]], known: Sequence[str], exists: Exists) -> bool:
    """Tell whether the first row of a list is a heading.

    It is one where no cell of it names an image, and either a cell is a known heading or the rows below name images.

    Args:
        row: The first row.
        below: Some of the rows below it.
        known: Headings that lists have.
        exists: Tells whether a cell names a file that is there.
    """
    if any(names_image(cell, exists) for cell in row):
        return False
    return any(plain(cell) in known for cell in row) or any(names_image(cell, exists) for one in below for cell in one)


def named(heading: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return the columns whose heading is one of the names, in the order of the names; `spacing[x,y]` is no `y`."""
    found = [(names.index(name), at) for at, name in enumerate(map(plain, heading)) if name in names]
    found = [(rank, at) for rank, at in found if len(names[rank]) > 1 or heading[at].strip().lower() == names[rank]]
    return [at for _, at in sorted(found)]


def path_columns(heading: Sequence[str] | None, rows: Sequence[Sequence[str]], exists: Exists) -> list[int]:
    """Return the column that names the images; several where more than one could be meant, none where none does.

    Args:
        heading: The headings; None where there are none.
        rows: Some of the rows, of one length.
        exists: Tells whether a cell names a file that is there.
    """
    holding, known = _holding(rows, exists), named(heading or (), PATHS)
    if not holding:
        return [0] if heading is None and rows and len(rows[0]) > 1 else known[:1]
    best = [at for at in known if at in holding] or holding
    different = {tuple(PurePosixPath(row[at]).name for row in rows) for at in best}
    return best if len(different) > 1 else best[:1]


def _holding(rows: Sequence[Sequence[str]], exists: Exists) -> list[int]:
    """Return the columns most of whose cells name images: by suffix or address, else by a file that exists."""
    width = len(rows[0]) if rows else 0
    for tells in (looks_like_image, exists):
        shares = [sum(bool(row[at]) and tells(row[at]) for row in rows) for at in range(width)]
        if found := [at for at, count in enumerate(shares) if count >= len(rows) / 2]:
            return found
    return []
