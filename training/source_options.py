"""The options that say what the images are, and how what the user has is to be read."""

import argparse
from pathlib import Path

from training.reading import grouping
from training.reading.found import Asked
from training.reading.grouping import Grouping


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser, as the group `images`."""
    group = parser.add_argument_group("images")
    group.add_argument(
        "data", nargs="?", type=Path, metavar="DATA_DIR", help="folder, .zip or .csv; none for the built-in example"
    )
    group.add_argument(
        "--also",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="more images of the same two classes, such as kept feedback; a class may be missing; may be repeated",
    )
    group.add_argument(
        "--test", metavar="PATH|SHARE", help="test images in the same form, or a share to hold out (0.2)"
    )
    group.add_argument(
        "--example",
        choices=("faces", "question"),
        default="faces",
        help="without DATA_DIR: train on faces, or retell the question (writes question.html)",
    )
    group.add_argument(
        "--positive",
        metavar="CLASS",
        help='the class that "yes" stands for, of more than two against all the rest; told from the names if left out',
    )
    group.add_argument(
        "--groups",
        type=_grouping,
        metavar="HOW",
        help="which images belong together and stay on one side of every split: column:patient, folder:1, 'patient*_' "
        "(of the file's name), a regular expression with one group, or none",
    )
    group.add_argument(
        "--pages",
        choices=("first", "middle", "max"),
        help="which page, plane or frame of files of several: the first, the middle one, or the brightest of all",
    )
    group.add_argument(
        "--channels",
        type=_channels,
        default=(),
        metavar="N[,N,N]",
        help="which channels of files of several become gray (one), or red, green and blue (three), counted from 1",
    )
    _add_layout(group)


def _add_layout(group: argparse._ArgumentGroup) -> None:
    """Add what says how folders and lists are to be read, where they do not say it themselves."""
    group.add_argument(
        "--classes", type=_two_classes, metavar="A,B", help="use these two, where there are more or it is not clear"
    )
    group.add_argument(
        "--label-from-name",
        type=_pattern,
        metavar="PATTERN",
        help="the class stands in the file's name: '*_' or a regular expression with one group",
    )
    for what in ("path", "label", "split"):
        group.add_argument(
            f"--{what}-column", metavar="NAME", help=f"of a table: the column of the {_COLUMNS[what]} (or its number)"
        )
    group.add_argument("--check", action="store_true", help="say what was read and how, and stop")


_COLUMNS = {"path": "images", "label": "classes", "split": "split"}


def read(asked: argparse.Namespace) -> Asked:
    """Return what was said of how the source is to be read."""
    return Asked(
        classes=asked.classes,
        label_from_name=asked.label_from_name,
        path_column=asked.path_column,
        label_column=asked.label_column,
        split_column=asked.split_column,
        tested=asked.test is not None,
        groups=asked.groups,
    )


def _two_classes(text: str) -> tuple[str, str]:
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is not two names of classes with a comma between them")
    return names[0], names[1]


def _pattern(text: str) -> str:
    grouping = _grouping(text)
    if grouping.kind != "name":
        raise argparse.ArgumentTypeError(f"{text!r} is not a pattern of the file's name such as '*_'")
    return grouping.value


def _channels(text: str) -> tuple[int, ...]:
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) not in (1, 3) or not all(number.isdecimal() and 1 <= int(number) <= 1000 for number in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} is not one or three numbers of channels from 1, such as 2 or 1,2,3")
    return tuple(map(int, numbers))


def _grouping(text: str) -> Grouping:
    try:
        return grouping.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
