"""Data sets in a few files: Hugging Face's Parquet and Arrow, WebDataset's tars, MedMNIST's .npz, MNIST's IDX.

Each kind is one module and one row of `KINDS`. Where the labels are not clear the error names what was found.
"""

from training.reading.containers import arrays, columnar, webdataset
from training.reading.containers.interface import Kind
from training.reading.entries import visible
from training.reading.found import Asked, Listing, Readers
from training.reading.grouping import Grouping

KINDS: tuple[Kind, ...] = (columnar.KIND, columnar.ARROW, webdataset.KIND, arrays.NPZ, arrays.IDX)

__all__ = ["KINDS", "Kind", "find"]


def find(files: Readers, asked: Asked) -> Listing | None:
    """Return the images of the containers among the files; None where there is none of a kind that is read."""
    for kind in KINDS:
        own = {path: files[path] for path in visible(files) if kind.owns(path)}
        if own:
            listed = ", ".join(str(path) for path in list(own)[:3]) + (", ..." if len(own) > 3 else "")
            found = kind.find(own, asked)
            grouping = Grouping("column", "group") if any(entry.group for entry in found) else None
            return Listing(found, [], f"{kind.name}: {listed}", grouping)
    return None
