"""Which images belong together: patients, videos, days, sites, said by the user or told from where the files lie.

What belongs together stays on one side of every split, as near duplicates do (`training.reading.belonging`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["column", "folder", "name", "file", "none"]
SYNTAX = (
    "Say it as column:NAME (of the table), folder:N (the Nth folder of the path; folder alone: the one that holds the "
    "image), a pattern of the file's name such as 'patient*_', a regular expression with one group such as "
    "'(p[0-9]+)-', file:patient (or original, burst, camera, time, order, looks: what the files themselves tell), or "
    "none."
)
_TOLD_BY_FILES = {
    "patient": ("patient", "the patient that the files name"),
    "original": ("photo", "the photos that their names say they were made from"),
    "burst": ("burst", "the bursts that the camera noted"),
    "camera": ("camera", "the camera that the files name"),
    "time": ("scene", "when they were taken, and how alike they look"),
    "order": ("scene", "the order of their names, and how alike they look"),
    "looks": ("scene", "how alike they look"),
}
"""What one group is called, and what tells it, by the value of the kind `file`."""


@dataclass(frozen=True)
class Grouping:
    """How groups are told: by a `column`, a `folder`'s position, a pattern of the `name`, or what a `file` holds.

    Attributes:
        kind: What tells them.
        value: The column, the position (from 1, or -1 for the folder that holds the image), the pattern as given, or
            the clue of the files (`training.reading.clues.CLUES`).
        suspected: Whether nobody said it, and names or files give it away.
        called: What one group is called, where the source says it; else it is told from the value.
    """

    kind: Kind
    value: str = ""
    called: str = ""
    suspected: bool = False

    @property
    def noun(self) -> str:
        """What one group is called: `patient` of a column patient_id or a pattern patient*_, else `group`."""
        if self.called:
            return self.called
        if self.kind == "file":
            return _TOLD_BY_FILES[self.value][0]
        text = self.value if self.kind == "column" else self.value.partition("*")[0].rpartition("/")[2]
        word = re.sub(r"[\W_]*(id|no|nr|number|name)?[\W_]*$", "", text.lower())
        return word if self.kind in ("column", "name") and re.fullmatch("[a-z]{3,}", word) else "group"

    def __str__(self) -> str:
        """Return the words for reports: what the groups are made by."""
        if self.kind == "file":
            return _TOLD_BY_FILES[self.value][1]
        if self.suspected:
            return "the file names" if self.kind == "name" else "the folders inside the classes"
        if self.called and self.kind == "folder":
            return "their folders"
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
    if kind == "file":
        if value not in _TOLD_BY_FILES:
            raise ValueError(f"{text!r} is not told by files. {SYNTAX}")
        return Grouping("file", value)
    pattern = value if kind == "name" and value else text
    try:
        _compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a pattern ({error}). {SYNTAX}") from error
    return Grouping("name", pattern)


def by_name(pattern: str) -> Callable[[PurePosixPath], str | None]:
    """Return what tells a text from a path: the pattern is matched with the name, or as many last parts as it has."""
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
