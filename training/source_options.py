"""The options that say what the images are, and how what the user has is to be read."""

import argparse
from pathlib import Path

from training.reading import grouping
from training.reading.grouping import Grouping


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser, as the group `images`."""
    group = parser.add_argument_group("images")
    group.add_argument(
        "data", nargs="?", type=Path, metavar="DATA_DIR", help="folder, .zip or .csv; none for the built-in example"
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
        "--positive", metavar="CLASS", help='the class that "yes" stands for; told from the names if left out'
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
