"""Lists beside class folders that say which images are for testing: the folders tell the classes, and they the part.

Read are lists named by the part (`test.txt`, as Food-101 has them), tables with a column for it, and
`train_test_split.txt` with `images.txt` (CUB-200). What a list calls test is never learned from, and so a list that
is named by the part and cannot be read is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from artifact.errors import ListError
from artifact.lists import tables
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading import flags, roles
from training.reading.columns import Columns
from training.reading.found import Asked, Listing, Part, Readers
from training.reading.locating import Locator
from training.reading.words import part_of

_CUB, _CUB_IMAGES = "train_test_split.txt", "images.txt"
_CUB_PARTS: Mapping[str, Part] = {"1": "train", "0": "test"}
_LARGEST = 64 * 1024**2
"""Bytes of a list that is looked at."""
_HEAD = 1024**2
"""Bytes in which a name of an image is looked for."""

Parts = dict[str, Part]


def follow(
    listing: Listing, files: Readers, lists: Sequence[PurePosixPath], asked: Asked
) -> tuple[Listing, list[PurePosixPath]]:
    """Return the listing with the parts that lists say, and the lists that were followed.

    Args:
        listing: The images by their class folders, all for training.
        files: The files of the source.
        lists: Those that may be lists.
        asked: What the user says; without a split column none of it is used where that is `none`.

    Raises:
        TrainingError: A list that tells training from test cannot be read, or it is not clear how it does.
    """
    if asked.split_column == "none":
        return listing, []
    known = {PurePosixPath(entry.file) for entry in listing.found}
    told: dict[PurePosixPath, Parts] = {}
    for path in lists:
        parts = dict(_read(path, files, known, asked))
        if parts:
            told[path] = parts
    said = {pair for parts in told.values() for pair in parts.items()}
    names = ", ".join(map(str, told))
    if len({file for file, _ in said}) < len(said):
        words = f"{names} name other parts for the same images, as folds do, and are not followed"
        return replace(listing, layout=f"{listing.layout}; {words}"), []
    parts = dict(said)
    if "test" not in parts.values() and "validation" not in parts.values():
        return listing, []
    left = len(known) - len(parts)
    words = f"split by {names}" + (f", which do not name {left} images: they are learned from" if left else "")
    found = [replace(entry, part=parts.get(entry.file, "train")) for entry in listing.found]
    return replace(listing, found=found, layout=f"{listing.layout}; {words}"), list(told)


def _read(path: PurePosixPath, files: Readers, known: set[PurePosixPath], asked: Asked) -> Iterator[tuple[str, Part]]:
    """Yield the images that a list names, with their parts; nothing of what is not such a list."""
    locator, data = Locator(None, path.parent, lambda: files), b""
    try:
        data = files[path]()
        table = _table(path, data)
        if path.name.lower() == _CUB:
            rows = _of_cub(table, path, files)
        else:
            rows = _of_table(table, part_of(path.stem), locator, asked)
        for cell, part in rows:
            located = locator.locate(cell, part)
            if located.known and PurePosixPath(located.file) in known:
                yield located.file, part
    except (ListError, TrainingError, OSError) as error:
        named = part_of(path.stem) is not None or path.name.lower() == _CUB
        if (named or isinstance(error, roles.UnclearSplit)) and (not data or _names_any(data, known)):
            raise TrainingError(
                f"{path} seems to say which images are for testing, and is not read: {error} Fix it, take it out, or "
                "say --split-column none, and no list is followed."
            ) from error


def _table(path: PurePosixPath, data: bytes) -> Table:
    if len(data) > _LARGEST:
        raise ListError(f"It has more than {_LARGEST:,} bytes.")
    table = tables.read(str(path), data)
    if table is None:
        raise ListError(f"{path} is not JSON of a kind that lists images.")
    return table


def _names_any(data: bytes, known: set[PurePosixPath]) -> bool:
    """Tell whether a file names images of the source, by their names or, without a suffix, their folders and names."""
    names = {path.name for path in known} | {"/".join(path.with_suffix("").parts[-2:]) for path in known}
    cells = re.split(r"[\s,;|\"']+", data[:_HEAD].decode("latin-1").replace("\\", "/"))
    return any(cell.rpartition("/")[2] in names or "/".join(cell.split("/")[-2:]) in names for cell in cells)


def _of_table(table: Table, whole: Part | None, locator: Locator, asked: Asked) -> Iterator[tuple[str, Part]]:
    def exists(cell: str) -> bool:
        return locator.locate(cell).known

    table = flags.spell_out(roles.with_heading(table, exists))
    columns = Columns(table, exists, asked)
    path = roles.path_column(columns) if len(columns.heading) > 1 else 0
    split = roles.split_column(columns, path) if table.heading is not None else None
    for row in table.rows:
        part = part_of(row[split]) if split is not None and row[split] else whole
        if part is not None:
            yield row[path], part


def _of_cub(table: Table, path: PurePosixPath, files: Readers) -> Iterator[tuple[str, Part]]:
    """Join the two lists by the image's number, the first word of each line."""
    images = path.with_name(_CUB_IMAGES)
    listed = tables.read(str(images), files[images]()) if images in files else None
    names = {row[0]: row[1] for row in listed.rows} if listed else {}
    for number, *rest in table.rows:
        if number in names and rest and rest[0] in _CUB_PARTS:
            yield names[number], _CUB_PARTS[rest[0]]
