"""What names and headers say of large files, before any picture is decoded: a mistake is seen at once.

A phone's photograph of 4 MB takes a tenth of the time of decoding it to be opened and known again by its bytes. What
only decoding tells (that a file is cut short, near duplicates, what the pictures look like) is told afterwards.
"""

import dataclasses
import hashlib

import numpy as np

from artifact import image
from artifact.card import AS_THEY_ARE, Reading
from training.reading import telling
from training.reading.classes import name_classes
from training.reading.cleaning import remove_copies
from training.reading.dataset import Dataset, collect
from training.reading.facts import PROPERTIES, Facts
from training.reading.found import Listing
from training.reading.measuring import in_threads, tried
from training.reading.suspecting import suspect_at_once

LARGE = 64_000_000
"""Bytes of all files together from which a glance is worth it: to decode them takes a second or more."""
_SAMPLED = 8
"""Files, at equal steps, of which is told how many bytes all have."""


def is_worth_it(listing: Listing) -> bool:
    """Return whether the files are so large that decoding them takes a while."""
    found = listing.found
    some = found[:: max(1, len(found) // _SAMPLED)]
    sizes = [size for size in (tried(entry, len) for entry in some) if isinstance(size, int)]
    return bool(sizes) and len(found) * float(np.mean(sizes)) >= LARGE


def take(listing: Listing, positive: str | None = None, reading: Reading = AS_THEY_ARE) -> str:
    """Return what is to be said of the files by their names, headers and bytes.

    Args:
        listing: The labelled files, and those that are not used.
        positive: As in `training.reading.dataset.read`.
        reading: How the files are read.

    Raises:
        TrainingError: There are not exactly two classes.
    """
    classes = name_classes([entry.label for entry in listing.found], positive)
    outcomes = list(in_threads(lambda entry: tried(entry, _look), listing.found))
    data = collect(listing.found, outcomes, classes, reading)
    data = dataclasses.replace(data, skipped=(*data.skipped, *listing.unused), grouping=listing.grouping)
    return _describe(suspect_at_once(remove_copies(data)), listing)


def _look(data: bytes) -> Facts:
    """Return the facts of a file that its bytes and its header tell; what its picture would tell is unknown."""
    opened = image.open(data)
    return Facts(
        sha256=hashlib.sha256(data).hexdigest(),
        difference_hash=0,
        thumbnail=np.zeros(256, np.float32),
        properties=np.full(len(PROPERTIES), np.nan),
        provenance=opened.provenance(),
    )


def _describe(data: Dataset, listing: Listing) -> str:
    told = telling.describe(data, listing.layout)
    return f"At a glance, by the names and headers of {len(listing.found):,} files:\n{told}\n{_NEXT}"


_NEXT = "Next each picture is decoded, which tells what is damaged and what is alike."
