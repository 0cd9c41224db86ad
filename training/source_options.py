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


def _grouping(text: str) -> Grouping:
    try:
        return grouping.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
