"""From a table, alone or beside images, to labelled files."""

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from artifact.counting import counted
from artifact.errors import ListError
from artifact.lists import kinds, tables
from artifact.lists.annotations import SEVERAL
from artifact.lists.headings import REMOTE
from artifact.lists.tables import Table
from training.errors import TrainingError
from training.reading import carried, entries, flags, roles, suggested
from training.reading.class_level import fold_case
from training.reading.columns import UNASSIGNED, is_true
from training.reading.found import Asked, Found, Listing, Part, Skipped
from training.reading.grouping import Grouping
from training.reading.locating import Located, Locator
from training.reading.roles import Roles
from training.reading.words import part_of

MOST_FILES = 200_000
"""Files beside a table that are looked through for one that a cell may mean."""
_IN_BRACKETS = re.compile(r"""^\[\s*(['"]?)([^\[\],'"]+)\1\s*\]$""")
"""A class as makesense.ai (`[cat]`) and pandas (`['cat']`) write a list of one."""
_LEVELS = 2
"""Folders above a list that are looked through where no image lies beside it."""


@dataclass(frozen=True)
class Read:
    """A table whose columns are known.

    Attributes:
        table: Its rows, without a heading.
        columns: What each column holds.
        locator: What finds the files.
    """

    table: Table
    columns: Roles
    locator: Locator

    def describe(self) -> str:
        """Return in words which column is which."""
        heading = self.table.heading
        note = f"{self.table.note}, " if self.table.note else ""
        if heading is None:
            return f"{note}a table of {counted(len(self.table.rows), 'row')} without a heading"
        named = {"images": self.columns.path, "classes": self.columns.label, "split": self.columns.split}
        words = [f"{what} from {heading[at] or 'the first column'}" for what, at in named.items() if at is not None]
        if self.columns.one_hot:
            words.append(f"classes from the columns {', '.join(heading[at] for at in self.columns.one_hot)}")
        return f"{note}a table of {counted(len(self.table.rows), 'row')}: {', '.join(words)}"

    @property
    def grouping(self) -> Grouping | None:
        """What tells the groups of the rows."""
        at, heading = self.columns.group, self.table.heading
        return None if at is None else Grouping("column", heading[at] if heading else str(at + 1))


def read(name: str, data: bytes, locator: Locator, asked: Asked) -> Read | None:
    """Read a list and tell its columns; None where it is JSON of no kind that is known.

    Raises:
        TrainingError: It is no text, or its columns cannot be told, or its images lie on another machine.
    """
    try:
        table = tables.read(name, data)
    except ListError as error:
        raise TrainingError(str(error)) from error
    if table is None:
        return None
    if words := carried.describe(table):
        raise TrainingError(f"{name} {words}")

    def exists(cell: str) -> bool:
        return locator.locate(cell).known

    table = flags.spell_out(roles.with_heading(table, exists))
    columns = roles.tell(table, exists, suggested.ask(table, asked) if suggested.is_one(table) else asked)
    if remote := next((row[columns.path] for row in table.rows if REMOTE.match(row[columns.path])), None):
        raise TrainingError(
            f"{name} names images on another machine ({remote}). Copy them here (with gsutil, azcopy, aws s3 or wget) "
            "and write local paths in their place, relative to the list."
        )
    return Read(table, columns, locator)


def from_path(path: Path, asked: Asked) -> Listing:
    """Return the files that a list on this disk names."""
    locator = Locator(path.parent, PurePosixPath(), lambda: _around(path.resolve().parent))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({error.strerror}). See that you may read it.") from error
    listed = read(str(path), data, locator, asked)
    if listed is None:
        raise TrainingError(
            f"{path} is JSON, but neither a list of objects nor an export of {', '.join(kinds.TOOLS[:-1])} or "
            f"{kinds.TOOLS[-1]}."
        )
    entries_listed = list(rows(listed, lambda _: "train"))
    found = [entry for entry in entries_listed if isinstance(entry, Found)]
    unused = [entry for entry in entries_listed if isinstance(entry, Skipped)]
    return Listing(found, unused, listed.describe(), listed.grouping)


def rows(listed: Read, default: Callable[[Located], Part]) -> Iterator[Found | Skipped]:
    """Yield each row as a labelled file, or as one that is not used and why.

    Args:
        listed: The table.
        default: Returns the part of a file where the table does not say it.

    Raises:
        TrainingError: A line has no path, or none of its class, or a split of no known name.
    """
    columns, table = listed.columns, listed.table
    partly = _is_labelled(listed)
    for line, row in zip(table.lines, table.rows, strict=True):
        said = row[columns.split] if columns.split is not None else ""
        part = _part(table, line, row, said)
        cell, label = row[columns.path], _label(listed, row)
        if not cell or "\0" in cell or (not label and part != "test" and not partly):
            raise TrainingError(_bad_line(table, line, row))
        located = listed.locator.locate(cell, part)
        if not label or SEVERAL in label:
            why = f"It has several classes ({label})." if label else f"{table.name} says no class of it."
            yield Skipped(located.file, why)
            continue
        group = row[columns.group] or None if columns.group is not None else None
        yield Found(located.file, label, part or default(located), located.read, group)


def spell(found: Sequence[Found]) -> list[Found]:
    """Return the files with one spelling of labels that differ in capitals or blanks only: the most frequent one."""
    counts = Counter(entry.label for entry in found)
    spelled = {fold_case(label): label for label, _ in reversed(counts.most_common())}
    if len(spelled) == len(counts):
        return list(found)
    return [replace(entry, label=spelled[fold_case(entry.label)]) for entry in found]


def choose(found: list[Found], asked: Asked) -> tuple[list[Found], list[Skipped]]:
    """Return the files of the classes that were asked for, and the others as not used."""
    if asked.classes is None:
        return found, []
    wanted = {fold_case(name) for name in asked.classes}
    counts = Counter(fold_case(entry.label) for entry in found)
    if missing := [name for name in asked.classes if fold_case(name) not in counts]:
        listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common(12))
        raise TrainingError(f"--classes names {' and '.join(missing)}, which no image has. The classes are {listed}.")
    others = [entry for entry in found if fold_case(entry.label) not in wanted]
    reasons = [Skipped(entry.file, f"Its class {entry.label} is not among --classes.", True) for entry in others]
    return [entry for entry in found if fold_case(entry.label) in wanted], reasons


def _is_labelled(listed: Read) -> bool:
    """Tell whether rows without a class may be left out: of a table of lines that is so where most have one."""
    if not listed.table.is_of_lines or suggested.is_one(listed.table):
        return True
    return 2 * sum(bool(_label(listed, row)) for row in listed.table.rows) > len(listed.table.rows)


def _label(listed: Read, row: list[str]) -> str:
    columns, heading = listed.columns, listed.table.heading
    if columns.label is not None:
        cell = re.sub(r"^(\d+)\.0+$", r"\1", row[columns.label])  # whole numbers of a column with gaps
        return _IN_BRACKETS.sub(r"\2", cell)
    assert heading is not None
    return SEVERAL.join(heading[at] for at in columns.one_hot if is_true(row[at]))


def _part(table: Table, line: int, row: list[str], said: str) -> Part | None:
    part = part_of(said) if said else None
    if said and part is None and said.lower() != UNASSIGNED:
        raise TrainingError(_bad_line(table, line, row) + f" {said!r} is the name of no split.")
    return part


def _bad_line(table: Table, line: int, row: list[str]) -> str:
    return (
        f"Line {line} of {table.name} is {','.join(row).strip(',')[:200]!r}; path,label was expected, then perhaps "
        ",train ,val or ,test."
    )


def _around(folder: Path) -> dict[PurePosixPath, Callable[[], bytes]]:
    """Return the files beside a list; of one in a folder of its own (`annotations/`) those around it."""
    for place in (folder, *filter(_is_a_project, folder.parents[:_LEVELS])):
        found = _beside(place)
        if any(map(entries.is_picture, found)):
            return found
    return {}


def _is_a_project(folder: Path) -> bool:
    """Tell whether a folder above a list may be that of its images: not all of a disk, a home or what is temporary."""
    everything = (Path(tempfile.gettempdir()).resolve(), Path(os.path.expanduser("~")).resolve())
    return not any(place.is_relative_to(folder) for place in everything)


def _beside(folder: Path) -> dict[PurePosixPath, Callable[[], bytes]]:
    """Return the files beside a list, as many as may be looked through."""
    found: dict[PurePosixPath, Callable[[], bytes]] = {}
    for path, reader in entries.walk(folder):
        found[path] = reader
        if len(found) == MOST_FILES:
            break
    return found
