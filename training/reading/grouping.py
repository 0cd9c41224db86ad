"""Which images belong together: patients, videos, days, sites, said by the user or told from where the files lie.

What belongs together stays on one side of every split, as near duplicates do (`training.reading.belonging`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from training.errors import TrainingError
from training.reading.sources import Found

Kind = Literal["column", "folder", "name", "none"]
SYNTAX = (
    "Say it as column:NAME (of the table), folder:N (the Nth folder of the path; folder alone: the one that holds the "
    "image), a pattern of the file's name such as 'patient*_', a regular expression with one group such as "
    "'(p[0-9]+)-', or none."
)


@dataclass(frozen=True)
class Grouping:
    """How groups are told: by a `column`'s name, a `folder`'s position, a pattern of the `name`; `none` has no groups.

    Attributes:
        kind: What tells them.
        value: The column, the position (from 1, or -1 for the folder that holds the image), or the pattern as given.
    """

    kind: Kind
    value: str = ""

    @property
    def noun(self) -> str:
        """What one group is called: `patient` of a column patient_id or a pattern patient*_, else `group`."""
        text = self.value if self.kind == "column" else self.value.partition("*")[0].rpartition("/")[2]
        word = re.sub(r"[\W_]*(id|no|nr|number|name)?[\W_]*$", "", text.lower())
        return word if self.kind in ("column", "name") and re.fullmatch("[a-z]{3,}", word) else "group"

    def __str__(self) -> str:
        """Return the words for reports: what the groups are made by."""
        words = {
            "column": f"the column {self.value}",
            "folder": "the folder that holds the image" if self.value == "-1" else f"folder {self.value} of the path",
            "name": f"the pattern {self.value} of the file name",
            "none": "nothing, as was asked for",
        }
        return words[self.kind]


def parse(text: str) -> Grouping:
    """Read what `--groups` was given; raises `ValueError` with the reason and the syntax."""
    kind, _, value = text.partition(":")
    if text == "none":
        return Grouping("none")
    if kind == "column" and value:
        return Grouping("column", value)
    if kind == "folder":
        if not re.fullmatch(r"-?[1-9][0-9]?", value or "-1"):
            raise ValueError(f"{text!r} names no folder of the path. {SYNTAX}")
        return Grouping("folder", value or "-1")
    pattern = value if kind == "name" and value else text
    try:
        _compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a pattern ({error}). {SYNTAX}") from error
    return Grouping("name", pattern)


def regroup(found: Sequence[Found], grouping: Grouping | None) -> list[Found]:
    """Return the files with the groups that were asked for; what a column says was read with the table.

    Raises:
        TrainingError: Some files have no such folder, or a name that does not fit the pattern.
    """
    if grouping is None:
        return list(found)
    if grouping.kind == "column":
        if all(entry.group is None for entry in found):
            raise TrainingError(
                f"--groups column:{grouping.value} needs a table that lists the images with that column."
            )
        return list(found)
    if grouping.kind == "none":
        return [replace(entry, group=None) for entry in found]
    tell = _by_folder(int(grouping.value)) if grouping.kind == "folder" else _by_name(grouping.value)
    groups = [tell(PurePosixPath(entry.file)) for entry in found]
    strangers = [entry.file for entry, group in zip(found, groups, strict=True) if group is None]
    if strangers:
        raise TrainingError(
            f"--groups {_option(grouping)} does not tell the group of {len(strangers)} of {len(found)} files, such as "
            f"{', '.join(strangers[:3])}. {SYNTAX}"
        )
    return [replace(entry, group=group) for entry, group in zip(found, groups, strict=True)]


def _option(grouping: Grouping) -> str:
    return f"folder:{grouping.value}" if grouping.kind == "folder" else repr(grouping.value)


def _by_folder(position: int) -> Callable[[PurePosixPath], str | None]:
    def tell(path: PurePosixPath) -> str | None:
        folders = path.parts[:-1]
        index = position - 1 if position > 0 else len(folders) + position
        return folders[index] if 0 <= index < len(folders) else None

    return tell


def _by_name(pattern: str) -> Callable[[PurePosixPath], str | None]:
    """Match the pattern against the name, or against as many of the path's last parts as it has itself."""
    compiled, depth = _compile(pattern), pattern.count("/") + 1

    def tell(path: PurePosixPath) -> str | None:
        match = compiled.search("/".join(path.parts[-depth:]))
        return None if match is None else "/".join(text or "" for text in match.groups())

    return tell


def _compile(pattern: str) -> re.Pattern[str]:
    """Return a regular expression with groups; in a pattern without brackets each * stands for what tells the group."""
    if "(" not in pattern:
        if "*" not in pattern:
            raise re.error("it has neither a * nor a (group)")
        pieces = [re.escape(piece) for piece in pattern.split("*")]
        end = "$" if pieces[-1] == "" else ""
        return re.compile("^" + "([^/]+?)".join(pieces) + end)
    compiled = re.compile(pattern)
    if not compiled.groups:
        raise re.error("it has no (group)")
    return compiled
