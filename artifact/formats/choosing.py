"""What to say where a file holds several pictures or channels, or needs a library that is not installed."""

import importlib
import logging
from collections.abc import Sequence
from typing import Any

from artifact.card import Reading
from artifact.errors import ImageError


def pages(reading: Reading, count: int, name: str, what: str = "pages") -> Sequence[int]:
    """Return the numbers of the pages that a reading takes, from 0: one, or all for their brightest.

    Args:
        reading: What was chosen.
        count: How many pages the file has.
        name: The file's format.
        what: What such pages are called.

    Raises:
        ImageError: There are several, and nobody has said which.
    """
    if count == 1 or reading.pages == "first":
        return [0]
    if reading.pages == "middle":
        return [count // 2]
    if reading.pages == "max":
        return range(count)
    raise ImageError(
        "ambiguous",
        f"This {name} has {count} {what}, and which one is meant is not known. Train with --pages first, middle or max "
        "(the brightest of all), or save the one that is meant as a file.",
    )


def channels(reading: Reading, names: Sequence[str], name: str) -> Sequence[int]:
    """Return the numbers of the one or three channels that a reading takes, from 0.

    Raises:
        ImageError: Nobody has said which, or one that the file does not have.
    """
    found = f"This {name} has {len(names)} channels ({', '.join(names)})"
    if not reading.channels:
        raise ImageError(
            "ambiguous",
            f"{found}, and which are meant is not known. Train with --channels 1 for one of them, or --channels 1,2,3 "
            "for red, green and blue; or save them as an RGB picture.",
        )
    if max(reading.channels) > len(names):
        chosen = ",".join(map(str, reading.channels))
        raise ImageError("ambiguous", f"{found}; channels {chosen} were asked for. Name channels that it has.")
    return [channel - 1 for channel in reading.channels]


def library(module: str, what: str, extra: str) -> Any:
    """Import a module that reads a format, when the first file needs it.

    Raises:
        ImageError: It is not installed; the message names the format and the extra that brings it.
    """
    logging.getLogger(module).setLevel(logging.CRITICAL)  # what it finds odd in a file is said once, by our error
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImageError(
            "unsupported",
            f"The file is {what}, and the library that reads it is not installed here. Install it with "
            f"pip install 'thirtyfive[{extra}]', or convert the picture to JPEG or PNG.",
        ) from error
