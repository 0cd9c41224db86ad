"""What a request holds: image files with the names that the client gave them, and texts beside them."""

import re
import unicodedata
from dataclasses import dataclass

from service.intake import content
from service.problems import Problem

_MARKUP = frozenset('<>"`/\\')
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode that are not characters, or change how others are shown: line ends, directions of writing."""
_JOINERS = "\u200c\u200d"
"""Persian and Indic spelling needs them, and emoji of several parts."""
_MOST_CHARACTERS = 255


@dataclass(frozen=True)
class Upload:
    """One image file as it came.

    Attributes:
        data: The bytes of the file; empty where it could not be read from the request.
        filename: The name that the client gave it, without folders, or None.
        problem: Why there are no bytes, or None.
    """

    data: bytes
    filename: str | None = None
    problem: Problem | None = None

    def readable(self) -> bytes:
        """Return the bytes; raises the `Problem` where there are none."""
        if self.problem is not None:
            raise self.problem
        return self.data


@dataclass(frozen=True)
class Submission:
    """What a request holds.

    Attributes:
        uploads: Its image files, at least one.
        texts: The text fields of its form, by name; of several of a name, the first.
    """

    uploads: list[Upload]
    texts: dict[str, str]


def make(data: bytes, filename: str | None = None) -> Upload:
    """Return the upload of bytes that are or encode an image file, or of the mistake that they show."""
    name = printable(re.split(r"[/\\]", filename)[-1]) if filename else ""
    try:
        return Upload(content.file_in(data), name or None)
    except Problem as problem:
        return Upload(b"", name or None, problem)


def printable(name: str) -> str:
    """Return a client's name for something as it is, but for markup and what cannot be seen; it is never a path."""
    return "".join("_" if _is_unsafe(letter) else letter for letter in name[:_MOST_CHARACTERS])


def _is_unsafe(letter: str) -> bool:
    return letter in _MARKUP or (letter not in _JOINERS and unicodedata.category(letter) in _UNSEEN)
