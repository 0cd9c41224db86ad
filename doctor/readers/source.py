"""What a log is read from: bytes, a file or a folder, each with a name and a size."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from doctor.errors import HistoryError
from doctor.readers import jsontext, text
from doctor.readers.header import header_of, table_start

HEAD = 2**16
"""Bytes of a file by which its format is told."""
NOTHING_READ = (
    "The text holds no epochs that can be read; expected a table with a header line, what Keras, Lightning, Hugging "
    "Face, fastai or ultralytics print, or lines such as 'Epoch 3/20 - loss: 0.45 - val_loss: 0.50'. A file is safer: "
    "Keras's CSVLogger, json.dump(history.history, file), Lightning's CSVLogger. Of bars that rich draws, a file "
    "holds the last epoch only (Lightning). Sentences that tell of some epochs are no log."
)


@dataclass(frozen=True)
class Source:
    """A log that has not been read yet. Nothing is read twice, and nothing before a reader asks for it.

    Attributes:
        name: The file's or the folder's name; `the log` for bytes.
        path: Where it lies; None for bytes.
        given: The bytes, where they were given as such.
    """

    name: str
    path: Path | None = None
    given: bytes | None = None

    @classmethod
    def of(cls, source: str | os.PathLike[str] | bytes | bytearray | memoryview) -> Source:
        """Make a source of a path or of bytes.

        Raises:
            HistoryError: There is nothing at the path.
        """
        if isinstance(source, (bytes, bytearray, memoryview)):
            return cls("the log", None, bytes(source))
        path = Path(source)
        try:
            path.stat()
        except (OSError, ValueError) as error:
            raise HistoryError(_unopened(path, error)) from None
        return cls(path.name or str(path), path)

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder."""
        return self.path is not None and self.path.is_dir()

    @cached_property
    def size(self) -> int:
        """Return the number of bytes; 0 for a folder."""
        if self.given is not None:
            return len(self.given)
        return 0 if self.path is None or self.is_folder else self.path.stat().st_size

    @cached_property
    def data(self) -> bytes:
        """Return all bytes of a file; none of a folder.

        Raises:
            HistoryError: It is too large or cannot be opened.
        """
        if self.given is not None:
            return _as_utf8(self.given)
        if self.path is None or self.is_folder:
            return b""
        if self.size > text.LARGEST_TEXT:
            raise HistoryError(
                f"The file {self.name!r} is larger than {text.LARGEST_TEXT:,} bytes; keep fewer columns."
            )
        return _as_utf8(_opened(self.path))

    @cached_property
    def head(self) -> bytes:
        """Return the first bytes of a file, by which its format is told."""
        if self.given is not None:
            return _as_utf8(self.given[:HEAD])
        return b"" if self.path is None or self.is_folder else _as_utf8(_opened(self.path, HEAD))

    @cached_property
    def text(self) -> str:
        """Return the file as text.

        Raises:
            HistoryError: It is too large or not text.
        """
        return text.uncut(text.decoded(self.data))

    @cached_property
    def json(self) -> Any:
        """Return the parsed JSON, or None where the file is not one JSON value."""
        if self.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
            return None
        try:
            return jsontext.loads(self.text)
        except (ValueError, RecursionError, MemoryError, HistoryError):
            return None

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Return the columns that the first line names, in small letters; none where it is not a table's."""
        if self.is_folder or b"\x00" in self.head[:512] or self.head.lstrip()[:1] in (b"{", b"["):
            return ()
        first = self.head.decode("utf-8-sig", "replace")
        return tuple(name.lower() for name in header_of(first[table_start(first) :]))

    def child(self, *parts: str) -> Source | None:
        """Return what lies at a path inside a folder, or None."""
        found = self.path.joinpath(*parts) if self.path is not None else None
        return Source(found.name, found) if found is not None and found.exists() else None

    def find(self, pattern: str, most: int) -> list[Source]:
        """Return the files inside a folder that match a pattern, sorted by path, at most `most` + 1 of them."""
        found: list[Path] = []
        for path in self._matching(pattern):
            if path.is_file():
                found.append(path)
            if len(found) > most:
                break
        return [Source(path.name, path) for path in sorted(found)]

    def _matching(self, pattern: str) -> Iterator[Path]:
        return self.path.rglob(pattern) if self.path is not None and self.is_folder else iter(())


def _as_utf8(data: bytes) -> bytes:
    """Return text that Windows PowerShell's `>` wrote as UTF-16, with its mark, as UTF-8; anything else as it is."""
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return data
    return data[: len(data) // 2 * 2].decode("utf-16", "replace").encode("utf-8", "replace")


def _opened(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise HistoryError(_unopened(path, error)) from None


def _unopened(path: Path, error: Exception) -> str:
    why = getattr(error, "strerror", None) or "the name cannot be that of a file"
    return f"The file {path.name!r} cannot be opened ({why}). See that it is there and that you may read it."
