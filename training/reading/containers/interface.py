"""What reads one kind of container."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from training.reading.found import Asked, Found, Readers


@dataclass(frozen=True)
class Kind:
    """One kind of container.

    Attributes:
        name: What people call it.
        owns: Tells from a file's path whether it is of this kind.
        find: Returns the labelled images of the files; raises `TrainingError` where their labels are not clear.
    """

    name: str
    owns: Callable[[PurePosixPath], bool]
    find: Callable[[Readers, Asked], list[Found]]


def has_suffix(*suffixes: str) -> Callable[[PurePosixPath], bool]:
    """Return what tells a file by the end of its name."""
    return lambda path: path.suffix.lower() in suffixes


def give(data: bytes) -> bytes:
    """Return the bytes, as what reads an image from memory."""
    return data
