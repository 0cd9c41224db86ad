"""A TensorBoard log folder: event files in train/ and validation/, as Keras's callback writes them."""

from __future__ import annotations

from pathlib import Path

from doctor.errors import HistoryError
from doctor.readers.base import LARGEST_EVENTS, Log
from doctor.readers.tensorboard import log_of, scalars

_MOST_FILES = 64
_VALIDATION = ("validation", "val", "valid", "eval", "test")


def read_folder(folder: Path) -> Log:
    """Read every event file under `folder`; those in a folder called validation hold validation curves.

    Raises:
        HistoryError: There is none, or there are too many.
    """
    files = sorted(folder.rglob("*tfevents*"))[: _MOST_FILES + 1]
    if not files or len(files) > _MOST_FILES:
        raise HistoryError(
            f"The folder {folder.name!r} holds {'more than 64' if files else 'no'} event files; "
            "expected one run's TensorBoard folder, or name one file."
        )
    found: dict[str, dict[int, float]] = {}
    for file in files:
        if file.stat().st_size > LARGEST_EVENTS:
            raise HistoryError(f"The event file {file.name!r} is larger than {LARGEST_EVENTS:,} bytes.")
        for tag, values in scalars(file.read_bytes(), prefix_of(file)).items():
            found.setdefault(tag, {}).update(values)
    return log_of(found)


def prefix_of(file: Path) -> str:
    """Return `val_` for a file in a folder named like validation."""
    return "val_" if file.parent.name.lower() in _VALIDATION else ""
