"""What reading a source gives: the labelled files, what is left out and why, and how the source was understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from artifact.passed import PassedOver
from training.reading.grouping import Grouping

Part = Literal["train", "validation", "test"]
"""What a source calls the part of an image; `splits.settle` leaves only train and test."""
Read = Callable[[], bytes]
Readers = Mapping[PurePosixPath, Read]
"""The files of a source by their path in it, and how to get the bytes of each."""


LAYOUT = (
    "Expected is one folder for each of the two classes:\n"
    "    DATA_DIR/cat/*.jpg  DATA_DIR/dog/*.jpg\n"
    "or the same inside DATA_DIR/train and DATA_DIR/test; or a .zip of that; or a CSV file of path,label.\n"
    "Images inside DATA_DIR/val are the test set where there is no DATA_DIR/test; beside one they are learned from too."
)


@dataclass(frozen=True)
class Found:
    """One file that should be an image: its name for people, its class, its part, how to get its bytes, its group.

    Where one class is set against the rest, `kind` is the class that an image of the rest was of.
    """

    file: str
    label: str
    part: Part
    read: Read
    group: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Skipped:
    """A file that is not used, why, and whether that was asked for."""

    file: str
    reason: str
    on_purpose: bool = False


@dataclass(frozen=True)
class Listing:
    """What a source holds, before any image is opened.

    Attributes:
        found: The labelled files.
        unused: Image files that are no part of what was read, each with its reason.
        layout: How the source was understood, in words.
        grouping: What tells the groups of the files, where the source tells them.
        passed: Files that are no images, counted by reason.
    """

    found: list[Found]
    unused: list[Skipped]
    layout: str
    grouping: Grouping | None = None
    passed: PassedOver = field(default_factory=PassedOver)


@dataclass(frozen=True)
class Asked:
    """What the user says of how the source is to be read; None, or nothing, where it is to be told from the source.

    Attributes:
        classes: The two classes to use, where there are more or where it is not clear which names are classes.
        label_from_name: Pattern of the file name that tells the class.
        path_column: Column of a table that names the images.
        label_column: Column that holds the classes.
        split_column: Column that tells training from test.
        groups: What tells which images belong together.
        tested: Whether the images to test on are given apart from the source.
    """

    classes: tuple[str, str] | None = None
    label_from_name: str | None = None
    path_column: str | None = None
    label_column: str | None = None
    split_column: str | None = None
    groups: Grouping | None = None
    tested: bool = False
