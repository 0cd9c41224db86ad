"""The columns of a table: how their headings are compared, and what their cells look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from artifact.lists import headings
from artifact.lists.headings import Exists
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading.found import Asked
from training.reading.words import part_of

LABELS = (
    *("label", "labels", "class", "classes", "category", "categories", "target", "targets", "y", "class_name"),
    *(
        "classname",
        "label_name",
        "labelname",
        "category_name",
        "choice",
        "choices",
        "ground_truth",
        "gt",
        "tag",
        "tags",
    ),
    *("diagnosis", "dx", "species", "annotation", "displayname", "display_name", "class_label", "image_label"),
)
SPLITS = (
    *("split", "splits", "subset", "fold", "set", "partition", "phase", "part", "usage", "ml_use", "data_split"),
    *("dataset", "purpose", "stage", "split_name", "train_test", "train_or_test", "data_set"),
)
PARTS = ("split", "splits", "subset", "partition", "data_split", "split_name", "ml_use", "train_test", "train_or_test")
"""Of these, the headings that hold nothing else; `fold`, `set` or `part` may."""
MOST_PARTS = 4
"""Different cells that such a column has at most: training, validation, test, and none."""
GROUPS = (
    *("patient", "subject", "participant", "person", "video", "clip", "scene", "session", "case", "site", "camera"),
    *("specimen", "animal", "group", "series", "study", "lesion", "sequence", "slide", "hospital", "individual"),
)
_LOOKED_AT = 2000
"""Rows that a column's content is told from."""
UNASSIGNED = "unassigned"
"""What Google's lists say of an image that is of no part yet."""
_LAST_WORDS = ("label", "labels", "class", "category", "diagnosis")
_COUNTS = ("n", "no", "num", "number", "count", "is", "has", "multi")
"""First words of headings that count labels or ask about them."""
_FEW = 4
"""Rows from which on a column whose cells all differ holds no classes."""
TRUE, FALSE = {"1", "1.0", "true", "yes"}, {"0", "0.0", "false", "no"}


@dataclass(frozen=True)
class Columns:
    """The columns of a table whose heading is known, or is known to be missing."""

    table: Table
    exists: Exists
    asked: Asked

    @cached_property
    def rows(self) -> list[list[str]]:
        """Some of the rows, at equal steps."""
        return self.table.rows[:: max(1, len(self.table.rows) // _LOOKED_AT)]

    @property
    def heading(self) -> list[str]:
        """The headings, or what stands for them where there are none."""
        return self.table.heading or [f"column {number + 1}" for number in range(len(self.table.rows[0]))]

    def values(self, column: int) -> list[str]:
        """Return the cells of a column."""
        return [row[column] for row in self.rows]

    def named(self, names: Sequence[str]) -> list[int]:
        """Return the columns whose heading is one of the names, in the order of the names."""
        return headings.named(self.heading, names)

    def ending(self) -> list[int]:
        """Return the columns whose heading ends in a word for classes, as `Finding Labels` does."""
        words = [headings.plain(name).split("_") for name in self.heading]
        return [at for at, one in enumerate(words) if one[-1] in _LAST_WORDS and one[0] not in _COUNTS]

    def dividing(self, columns: Sequence[int]) -> list[int]:
        """Return those of the columns that could tell classes: neither all their cells are the same, nor all differ."""
        found = []
        for at in columns:
            cells = self.values(at)
            told = [cell for cell in cells if cell]
            if len(set(cells)) > 1 and len(set(told)) < max(len(told), _FEW):
                found.append(at)
        return found

    def asked_for(self, name: str, option: str) -> int:
        """Return the column that an option names, or its number from 1; raises `TrainingError` where there is none."""
        heading = self.heading
        if name in heading:
            return heading.index(name)
        if name.isdecimal() and 1 <= int(name) <= len(heading):
            return int(name) - 1
        raise TrainingError(
            f"{self.table.name} has no column {name}, which {option} names. Its columns are {_listed(heading)}."
        )


def is_true(cell: str) -> bool:
    """Tell whether the cell of a one-hot column says that the image is of its class."""
    return cell.lower() in TRUE


def all_parts(cells: list[str]) -> bool:
    """Tell whether all cells that say a part are names of splits."""
    said = [cell for cell in cells if cell and cell.lower() != UNASSIGNED]
    return bool(said) and all(part_of(cell) for cell in said)


def some_parts(cells: list[str]) -> bool:
    """Tell whether any cell is the name of a split."""
    return any(part_of(cell) for cell in cells if cell)


def two_columns(columns: Columns, at: Sequence[int], what: str, option: str) -> str:
    """Return the error that several columns could be meant, with a few cells of each."""
    listed = " and ".join(f"{columns.heading[one]} ({_listed(_distinct(columns.values(one)), 3)})" for one in at[:6])
    return f"Several columns of {columns.table.name} could {what}: {listed}. Say which with {option}."


def no_column(columns: Columns, what: str, option: str, name: str) -> str:
    """Return the error that a column is missing, with those that there are."""
    return (
        f"No column of {columns.table.name} {what} by its heading; the columns are {_listed(columns.heading)}. Name it "
        f"{name}, or say which with {option}. path,label was expected."
    )


def _distinct(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _listed(names: Sequence[str], most: int = 12) -> str:
    more = ", ..." if len(names) > most else ""
    return ", ".join(name or "(no heading)" for name in names[:most]) + more
