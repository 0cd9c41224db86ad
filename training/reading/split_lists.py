"""Lists beside class folders that say which images are for testing: the folders tell the classes, and they the part.

Read are lists named by the part (`test.txt`, as Food-101 has them), tables with a column for it, JSON of a list for
each part (`{"train": [...], "test": [...]}`), and `train_test_split.txt` with `images.txt` (CUB-200). What a list calls
test is never learned from, and so a list is refused that is named by the part or the split and cannot be read, that
names images by what several are called, or that says of some images that they are for training and nothing of the rest.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from artifact.counting import counted
from artifact.errors import ListError
from artifact.lists import tables
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading import flags, roles
from training.reading.columns import Columns
from training.reading.entries import is_picture
from training.reading.found import Asked, Listing, Part, Readers
from training.reading.locating import Located, Locator
from training.reading.words import part_of

_CUB, _CUB_IMAGES = "train_test_split.txt", "images.txt"
_CUB_PARTS: Mapping[str, Part] = {"1": "train", "0": "test"}
_SPLIT = re.compile(r"(data)?[\W_]*(train[\W_]*(val[\W_]*)?test[\W_]*)?(splits?|partitions?)", re.IGNORECASE)
"""Names of files that tell training from test, whatever is in them."""
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
        parts, absent = _read(path, files, known, asked)
        if parts:
            told[path] = parts
        elif absent:
            words = f"{path} names no image that is here ({', '.join(absent[:3])}), and is not followed"
            listing = replace(listing, layout=f"{listing.layout}; {words}")
    said = {pair for parts in told.values() for pair in parts.items()}
    names = ", ".join(map(str, told))
    if len({file for file, _ in said}) < len(said):
        words = f"{names} name other parts for the same images, as folds do, and are not followed"
        return replace(listing, layout=f"{listing.layout}; {words}"), []
    parts = dict(said)
    left = len(known) - len(parts)
    if "test" not in parts.values() and "validation" not in parts.values():
        if parts and left:
            raise _untold(names, [entry.file for entry in listing.found if entry.file not in parts], len(known))
        return listing, []
    words = f"split by {names}" + (
        f", which do not name {counted(left, 'image')}: {'it is' if left == 1 else 'they are'} learned from"
        if left
        else ""
    )
    found = [replace(entry, part=parts.get(entry.file, "train")) for entry in listing.found]
    return replace(listing, found=found, layout=f"{listing.layout}; {words}"), list(told)


def _read(path: PurePosixPath, files: Readers, known: set[PurePosixPath], asked: Asked) -> tuple[Parts, list[str]]:
    """Return the images that a list names, with their parts, and names for testing that are no image's here.

    Both are empty where the file is not such a list.
    """
    locator, data = Locator(None, path.parent, lambda: files), None
    parts: Parts = {}
    absent: list[str] = []
    try:
        data = files[path]()
        rows = list(_rows(path, data, files, locator, asked))
        for cell, part in _of_classes_here(rows, known):
            located = locator.locate(cell, part)
            if located.known and PurePosixPath(located.file) in known:
                parts[located.file] = part
            elif not located.known:
                _refuse_a_name_of_others(cell, part, located, locator)
                absent += [cell] if part != "train" and is_picture(PurePosixPath(cell)) else []
        return parts, absent
    except (ListError, TrainingError, OSError) as error:
        named = part_of(path.stem) is not None or _SPLIT.fullmatch(path.stem) is not None
        listed = isinstance(error, _Doubtful) or data is None or _names_any(data, known)
        if (named or isinstance(error, roles.UnclearSplit)) and listed:
            raise TrainingError(
                f"{path} seems to say which images are for testing, and is not read: {error} Fix it, take it out, or "
                "say --split-column none, and no list is followed."
            ) from error
        return {}, []


class _Doubtful(roles.UnclearSplit):
    """A list names an image of the source, and it is not clear which."""


def _of_classes_here(rows: list[tuple[str, Part]], known: set[PurePosixPath]) -> list[tuple[str, Part]]:
    """Return the rows without those of other classes' folders: `bird/1.jpg` is not `cat/1.jpg` where there is no bird.

    A list that names no folder which is here was written for other folders, and its names alone count.
    """
    here = {name.lower() for path in known for name in path.parts[:-1]}
    folders = [PurePosixPath(cell.replace("\\", "/").lower()).parent.name for cell, _ in rows]
    if here.isdisjoint(folders):
        return rows
    return [row for row, folder in zip(rows, folders, strict=True) if not folder or folder in here]


def _untold(names: str, left: Sequence[str], count: int) -> TrainingError:
    return TrainingError(
        f"{names} says that {count - len(left)} of {count} images are for training, and nothing says what the other "
        f"{len(left)} {'is' if len(left) == 1 else 'are'} ({', '.join(left[:3])}{', ...' if left[3:] else ''}). List "
        "those for testing in test.txt, or say --split-column none, and all are learned from."
    )


def _refuse_a_name_of_others(cell: str, part: Part, located: Located, locator: Locator) -> None:
    """Refuse a cell that may well mean an image which is here, and would be learned from if it were passed over."""
    if located.several:
        images = ", ".join(located.several[:3])
        raise _Doubtful(f"{cell} fits {len(located.several)} images ({images}). Write the path of each.")
    path = PurePosixPath(cell)
    if part != "train" and is_picture(path):
        other = locator.locate(str(path.with_suffix("")), part)
        if other.known:
            raise _Doubtful(f"{cell} is not here, but {other.file} is. Write the names that the images have.")


def _rows(
    path: PurePosixPath, data: bytes, files: Readers, locator: Locator, asked: Asked
) -> Iterator[tuple[str, Part]]:
    """Yield what a list calls its images, with their parts."""
    if (by_part := _by_part(path, data)) is not None:
        yield from by_part
    elif path.name.lower() == _CUB:
        yield from _of_cub(_table(path, data), path, files)
    else:
        yield from _of_table(_table(path, data), part_of(path.stem), locator, asked)


def _by_part(path: PurePosixPath, data: bytes) -> list[tuple[str, Part]] | None:
    """Return the rows of JSON that holds a list of names for each part, or None."""
    if path.suffix.lower() != ".json" or len(data) > _LARGEST:
        return None
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not all(isinstance(names, list) for names in value.values()):
        return None
    told = [(names, part_of(key)) for key, names in value.items()]
    rows = [(name, part) for names, part in told if part is not None for name in names]
    return rows if rows and all(isinstance(name, str) for name, _ in rows) else None


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
    cells = re.split(r"[\s,;|\"']+", data[:_HEAD].replace(b"\0", b"").decode("latin-1").replace("\\", "/"))
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
            yield _with_its_class(row, path, locator), part


def _with_its_class(row: list[str], path: int, locator: Locator) -> str:
    """Return what a row calls its image; its path where several have that name, and another cell names one's folder."""
    cells = {cell.lower() for at, cell in enumerate(row) if at != path}
    several = locator.locate(row[path]).several
    meant = [file for file in several if cells & {name.lower() for name in PurePosixPath(file).parts[:-1]}]
    return meant[0] if len(meant) == 1 else row[path]


def _of_cub(table: Table, path: PurePosixPath, files: Readers) -> Iterator[tuple[str, Part]]:
    """Join the two lists by the image's number, the first word of each line."""
    images = path.with_name(_CUB_IMAGES)
    listed = tables.read(str(images), files[images]()) if images in files else None
    names = {row[0]: row[1] for row in listed.rows} if listed else {}
    for number, *rest in table.rows:
        if number in names and rest and rest[0] in _CUB_PARTS:
            yield names[number], _CUB_PARTS[rest[0]]
