"""What each column of a table holds: the image, the class, the part, the group; told by heading and by content.

Headings are compared in small letters without signs, so `Image Path` is `image_path`. Where two columns could be meant,
that is an error that names them and the option that decides; nothing is guessed.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from artifact.lists import headings
from artifact.lists.headings import PATHS, Exists, plain
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading.columns import (
    FALSE,
    GROUPS,
    LABELS,
    MOST_PARTS,
    PARTS,
    SPLITS,
    TRUE,
    Columns,
    all_parts,
    no_column,
    some_parts,
    two_columns,
)
from training.reading.flags import is_flag
from training.reading.found import Asked
from training.reading.words import part_of

ROBOFLOW = "_classes.csv"
"""The table of its multi-label export, where many images may have several classes, and are set aside."""


@dataclass(frozen=True)
class Roles:
    """The columns' positions; `one_hot` are those that hold 1 for an image of their class, in place of a label."""

    path: int
    label: int | None
    split: int | None = None
    group: int | None = None
    one_hot: tuple[int, ...] = ()


def with_heading(table: Table, exists: Exists) -> Table:
    """Tell whether the first row is a heading, and return the table with it or with none."""
    if table.heading is not None or not table.rows:
        return table
    first, rest = table.rows[0], table.rows[1:]
    if not headings.is_heading(first, rest[:20], (*PATHS, *LABELS, *SPLITS), exists):
        return table
    if not rest:
        raise TrainingError(
            f"{table.name} has no rows below its heading. Expected are lines such as: images/one.jpg,cat"
        )
    return replace(table, heading=first, rows=rest, lines=table.lines[1:])


class UnclearSplit(TrainingError):
    """A table tells training from test, and it is not clear how."""


def tell(table: Table, exists: Exists, asked: Asked) -> Roles:
    """Return what the columns of a table hold.

    Raises:
        TrainingError: A column that is needed is missing, or two could be meant.
    """
    columns = Columns(table, exists, asked)
    path = path_column(columns)
    split = split_column(columns, path)
    group = group_column(columns, {path, split})
    rest = [at for at in range(len(columns.heading)) if at not in (path, split, group)]
    if asked.groups is None and group is not None and not any(any(columns.values(at)) for at in rest):
        rest, group = [*rest, group], None  # `file,animal`: what is left to tell the classes tells them
    label, one_hot = _label(columns, rest)
    return Roles(path, label, split, group, one_hot)


def path_column(columns: Columns) -> int:
    """Return the column that names the images; raises `TrainingError` where there is none, or two could be meant."""
    if columns.asked.path_column is not None:
        return columns.asked_for(columns.asked.path_column, "--path-column")
    found = headings.path_columns(columns.table.heading, columns.rows, columns.exists)
    if not found:
        raise TrainingError(no_column(columns, "names images", "--path-column", "path"))
    if len(found) > 1:
        raise TrainingError(two_columns(columns, found, "name images", "--path-column"))
    return found[0]


def split_column(columns: Columns, path: int | None) -> int | None:
    """Return the column that tells training from test, if one does; raises `TrainingError` where that is not clear."""
    asked = columns.asked.split_column
    if asked is not None:
        if asked == "none" and asked not in columns.heading:
            return None
        return columns.asked_for(asked, "--split-column")
    if columns.table.heading is None:
        return _split_by_cells(columns, path)
    flags = [at for at, name in enumerate(columns.heading) if is_flag(name) and at != path]
    telling = [at for at in (*columns.named(SPLITS), *flags) if at != path and some_parts(columns.values(at))]
    unnamed = [at for at, name in enumerate(columns.heading) if not name and all_parts(columns.values(at))]
    telling = telling or unnamed
    if len(telling) > 1 and len({tuple(map(part_of, columns.values(at))) for at in telling}) > 1:
        raise UnclearSplit(two_columns(columns, telling, "tell training from test", "--split-column"))
    if not telling:
        _refuse_unclear(columns, path)
    return telling[0] if telling else None


def _split_by_cells(columns: Columns, path: int | None) -> int | None:
    """Return the column of a table without a heading that tells the parts; the third one may say no part at all."""
    others = [at for at in range(len(columns.heading)) if at != path]
    telling = [at for at in others if all_parts(columns.values(at))]
    if telling:
        return telling[0] if len(columns.heading) > 2 else None
    for at in others:
        cells = set(columns.values(at))
        if {"train", "test"} <= {part_of(cell) for cell in cells}:
            strange = sorted(cell for cell in cells if cell and part_of(cell) is None)
            raise UnclearSplit(
                f"{columns.heading[at].capitalize()} of {columns.table.name} tells training from test, and says "
                f"{', '.join(strange[:3])} too, which is the name of no split. Write train, val or test in its place, "
                "or say that it tells no parts with --split-column none."
            )
    return 2 if len(columns.heading) == 3 and path == 0 else None


def _refuse_unclear(columns: Columns, path: int | None) -> None:
    """Refuse a column of parts that are only numbered: of 0, 1 and 2 one may be the test part, and is never learned."""
    for at in columns.named(PARTS):
        cells = {cell for cell in columns.values(at) if cell}
        if at != path and 1 < len(cells) <= MOST_PARTS:
            raise UnclearSplit(
                f"The column {columns.heading[at]} of {columns.table.name} holds {', '.join(sorted(cells))}, and which "
                "of them is the test part is not known. Write train, val and test in their place (0, 1 and 2 mostly "
                "mean these, in this order), or say that it tells no parts with --split-column none."
            )


def group_column(columns: Columns, taken: Set[int | None]) -> int | None:
    """Return the column asked for, or else the one whose heading says what images belong to, if it says so at all."""
    asked = columns.asked.groups
    if asked is not None:
        return columns.asked_for(asked.value, "--groups") if asked.kind == "column" else None
    names = [re.sub(r"_?(id|no|nr|number|name)$", "", plain(name)) for name in columns.heading]
    found = [at for at, name in enumerate(names) if name in GROUPS and at not in taken]
    repeating = [at for at in found if len(set(columns.values(at))) < len(columns.rows)]
    if len(repeating) > 1:
        raise TrainingError(two_columns(columns, repeating, "say which images belong together", "--groups column:..."))
    return repeating[0] if repeating and any(columns.values(repeating[0])) else None


def _label(columns: Columns, rest: list[int]) -> tuple[int | None, tuple[int, ...]]:
    if columns.asked.label_column is not None:
        return columns.asked_for(columns.asked.label_column, "--label-column"), ()
    if columns.table.heading is None and len(rest) == 1:
        return rest[0], ()
    filled = [at for at in rest if any(columns.values(at))]
    named = [at for at in columns.named(LABELS) if at in filled] or [at for at in columns.ending() if at in filled]
    if named:
        return _one_of(columns, named), ()
    empty_name = [at for at in filled if not columns.heading[at]]  # the index that pandas writes
    left = [at for at in filled if at not in empty_name]
    flags = tuple(at for at in left if all(cell.lower() in TRUE | FALSE for cell in columns.values(at)))
    if columns.table.heading is not None and len(flags) > 1 and _one_hot(columns, flags):
        return None, flags
    if len(left) == 1:
        return left[0], ()
    if not left:
        raise TrainingError(no_column(columns, "holds the classes", "--label-column", "label"))
    dividing = columns.dividing(left)
    if len(dividing) == 1:
        return dividing[0], ()
    raise TrainingError(two_columns(columns, dividing or left, "hold the classes", "--label-column"))


def _one_of(columns: Columns, named: list[int]) -> int:
    """Return the one column of labels; of several that say the same, such as label and label_name, the readable one."""
    first = columns.values(named[0])
    for at in named[1:]:
        pairs = set(zip(first, columns.values(at), strict=True))
        if len(pairs) != len(set(first)) or len(pairs) != len(set(columns.values(at))):
            raise TrainingError(two_columns(columns, named, "hold the classes", "--label-column"))
    return min(named, key=lambda at: all(re.fullmatch(r"[\d.]*", cell) for cell in columns.values(at)))


def _one_hot(columns: Columns, flags: Sequence[int]) -> bool:
    """Tell whether the columns are classes, not properties: Roboflow's file is named so, in others few rows overlap."""
    if PurePosixPath(columns.table.name).name == ROBOFLOW:
        return True
    exact = sum(sum(row[at].lower() in TRUE for at in flags) == 1 for row in columns.rows)
    return exact >= 0.9 * len(columns.rows)
