"""A folder of arrays under content-derived keys, so that a rerun continues where the last one was interrupted.

Only a convenience: an entry that is missing, damaged or cannot be written costs time and never a result.
"""

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.folders import FOLDER_VARIABLE, find_folder

Row = dict[str, NDArray[Any]]
"""What is stored under one key: arrays by name."""
_SUFFIX = ".features"  # Unfinished files have it too, so that trimming finds what a killed process left.
_DIGEST_BYTES = hashlib.sha256().digest_size
_logger = logging.getLogger(__name__)


class Cache:
    """Named arrays on disk, one file a key: the SHA-256 of the rest, then an uncompressed NumPy archive."""

    def __init__(self, folder: Path | None = None, *, maximum_bytes: int = 2**30) -> None:
        """Use `folder` (by default that of `find_folder`); `trim` keeps it below `maximum_bytes`."""
        self.folder = folder or find_folder()
        self._maximum_bytes = maximum_bytes
        self._is_writable = True

    def load(self, key: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays stored under a key, or None if there are none or the file is damaged."""
        with suppress(OSError):
            content = self._path(key).read_bytes()
            digest, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
            if hashlib.sha256(payload).digest() == digest:
                with np.load(io.BytesIO(payload), allow_pickle=False) as archive:
                    return dict(archive)
            _logger.warning("The cached file %s is damaged; it is being made again.", self._path(key))
        return None

    def save(self, key: str, arrays: dict[str, NDArray[Any]]) -> None:
        """Store arrays under a key, whole or not at all; a folder that cannot be written is mentioned once."""
        if not self._is_writable:
            return
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        payload = buffer.getvalue()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(key), hashlib.sha256(payload).digest() + payload)
        except OSError as error:
            self._is_writable = False
            _logger.warning(
                "Features cannot be cached in %s (%s), so a rerun will compute them again; set %s to a folder that "
                "can be written.",
                self.folder,
                error.strerror,
                FOLDER_VARIABLE,
            )

    def fill(self, keys: Sequence[str], compute: Callable[[list[int]], Sequence[Row]]) -> list[Row]:
        """Return what is stored under each key; what is not there is computed once, and stored.

        Args:
            keys: In the order of the result; equal keys stand for equal arrays.
            compute: Returns the arrays of some places in `keys`, in their order.
        """
        rows = {key: row for key in dict.fromkeys(keys) if (row := self.load(key)) is not None}
        missing = {key: place for place, key in enumerate(keys) if key not in rows}
        if missing:
            for key, row in zip(missing, compute(list(missing.values())), strict=True):
                self.save(key, row)
                rows[key] = row
        return [rows[key] for key in keys]

    def trim(self) -> None:
        """Delete the oldest entries until the folder is below its maximum size."""
        with suppress(OSError):
            entries = [(path.stat(), path) for path in self.folder.glob(f"*{_SUFFIX}")]
            total = sum(stat.st_size for stat, _ in entries)
            for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
                if total <= self._maximum_bytes:
                    return
                path.unlink(missing_ok=True)
                total -= stat.st_size

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target, then rename: a reader sees the old file, the new one, or none; raises `OSError`."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=_SUFFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
