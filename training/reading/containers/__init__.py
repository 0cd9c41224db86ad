"""Data sets that are one file or a few: Hugging Face's Parquet, WebDataset's tars, MedMNIST's .npz, MNIST's IDX.

Each kind is one module and one row of `KINDS`. Where the labels are not clear the error names what was found.
"""

from training.reading.containers import arrays, parquet, webdataset
from training.reading.containers.interface import Kind
from training.reading.entries import visible
from training.reading.found import Asked, Listing, Readers

KINDS: tuple[Kind, ...] = (parquet.KIND, webdataset.KIND, arrays.NPZ, arrays.IDX)

__all__ = ["KINDS", "Kind", "find"]


def find(files: Readers, asked: Asked) -> Listing | None:
    """Return the images of the containers among the files; None where there is none of a kind that is read."""
    for kind in KINDS:
        own = {path: files[path] for path in visible(files) if kind.owns(path)}
        if own:
            listed = ", ".join(str(path) for path in list(own)[:3]) + (", ..." if len(own) > 3 else "")
            return Listing(kind.find(own, asked), [], f"{kind.name}: {listed}")
    return None
