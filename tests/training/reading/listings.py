"""Images of cats and dogs with a list beside them, as the tests of lists and label files use them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from training.reading import sources
from training.reading.found import Asked, Listing

Write = Callable[..., Path]
NAMES = [f"{kind}{number}" for number in range(4) for kind in ("cat", "dog")]
FILES = {f"images/{name}.png": name.encode() for name in NAMES}
PARTS = ["test" if name.endswith("3") else "train" for name in NAMES]
HALVES = {("train", "cat"): 4, ("train", "dog"): 4}
SPLIT = {("train", "cat"): 3, ("train", "dog"): 3, ("test", "cat"): 1, ("test", "dog"): 1}


def kind_of(name: str) -> str:
    """Return the class in a name."""
    return name[:3]


def table_of(line: Callable[[str, int], str], heading: str = "", ends: str = "\n") -> bytes:
    """Return the file of a table of all names, by a function from name and number to a line."""
    rows = [line(name, number) for number, name in enumerate(NAMES)]
    return ends.join([heading, *rows] if heading else rows).encode()


def find_beside(
    write: Write, name: str, data: bytes, asked: Asked | None = None, more: dict[str, bytes] | None = None
) -> Listing:
    """Write the images and a list beside them, and return what is read of it, each entry with its own bytes."""
    root = write(FILES | {name: data} | (more or {}))
    listing = sources.find(root / name, asked)
    for entry in listing.found:
        assert entry.read().decode() == Path(entry.file).stem
    return listing


def counts_of(listing: Listing) -> dict[tuple[str, str], int]:
    """Return how many images there are of each part and class."""
    return dict(Counter((entry.part, entry.label) for entry in listing.found))
