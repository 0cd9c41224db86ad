"""Bound the memory that decoding takes: a picture that needs much waits until there is room, among all workers.

The gate bounds how many decode at once in one worker; most pictures take a few megabytes, so that is enough. A scan
or a photograph of 50 megapixels can take a gigabyte, and must not do so in every worker at once. Who holds and who
waits is therefore written, in the order of arrival, into memory that all processes forked from this one share; what a
worker that died held is free again.
"""

import contextlib
import fcntl
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple, cast

from service import problems

SMALL = 64 * 1024**2
"""Bytes that are had without waiting, and are not counted."""
_ROW = struct.Struct("qqqq")
_ROWS = 256
_PAUSE_SECONDS = 0.005


class _Entry(NamedTuple):
    """One picture that is decoded or waits: its process (0: none), bytes, place in the order, whether it waits."""

    process: int = 0
    size: int = 0
    ticket: int = 0
    waits: int = 0


class WorkingMemory:
    """So many bytes for decoding large pictures, in this process and those that it is shared with."""

    def __init__(self, total: int, seconds: float, path: str | None = None) -> None:
        """Give `total` bytes, for which a picture waits at most `seconds`.

        Args:
            total: Bytes.
            seconds: How long; `inf` for as long as it takes.
            path: An existing file, by which processes share the memory that are not forked from one another.
        """
        self._total = total
        self._seconds = seconds
        self._lock = threading.Lock()
        self._file = _nameless_file() if path is None else os.fdopen(os.open(path, os.O_RDWR), "r+b")
        self._file.truncate(_ROWS * _ROW.size)
        self._rows = mmap.mmap(self._file.fileno(), _ROWS * _ROW.size)

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Wait until there is room for `size` bytes, and hold them; raises a 503 `Problem` where that is too long.

        A size that is larger than all there is waits for all: such a picture is refused by the limits.
        """
        if size <= SMALL:
            yield
            return
        row = self._queue(min(size, self._total))
        try:
            self._wait(row)
            yield
        finally:
            with self._exclusively():
                self._write(row, _Entry())

    @property
    def held(self) -> int:
        """Return how many bytes are held now."""
        with self._exclusively():
            return sum(entry.size for entry in self._entries().values() if not entry.waits)

    def _queue(self, size: int) -> int:
        """Take a place at the end of the queue, and return its row."""
        with self._exclusively():
            entries = self._entries()
            free = next((row for row in range(_ROWS) if row not in entries), None)
            if free is None:
                raise problems.busy("More large pictures wait than this service queues. Try again in a second.")
            last = max((entry.ticket for entry in entries.values()), default=0)
            self._write(free, _Entry(os.getpid(), size, last + 1, 1))
            return free

    def _wait(self, row: int) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._begin(row):
            if time.monotonic() > deadline:
                detail = f"The picture waited {self._seconds:g} s for memory, which other large ones take."
                raise problems.busy(f"{detail} Try again in a second, or send it smaller.")
            time.sleep(_PAUSE_SECONDS)

    def _begin(self, row: int) -> bool:
        """Hold the memory of a row that waits, where all before it hold theirs and there is room."""
        with self._exclusively():
            entries = self._entries()
            mine = entries[row]
            if any(entry.waits and entry.ticket < mine.ticket for entry in entries.values()):
                return False
            if mine.size + sum(entry.size for entry in entries.values() if not entry.waits) > self._total:
                return False
            self._write(row, mine._replace(waits=0))
            return True

    def _entries(self) -> dict[int, _Entry]:
        """Return the rows of processes that live; those of dead ones are freed."""
        found = {row: _Entry(*_ROW.unpack_from(self._rows, row * _ROW.size)) for row in range(_ROWS)}
        for row, entry in found.items():
            if entry.process and not _lives(entry.process):
                self._write(row, _Entry())
                found[row] = _Entry()
        return {row: entry for row, entry in found.items() if entry.process}

    def _write(self, row: int, entry: _Entry) -> None:
        _ROW.pack_into(self._rows, row * _ROW.size, *entry)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Keep other threads and processes out; a lock of the file ends with the process that holds it."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _lives(process: int) -> bool:
    with contextlib.suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


def _nameless_file() -> BinaryIO:
    """Return a file that has no name and, where the system can, is not on a disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("thirtyfive-memory"), "r+b")
    return cast(BinaryIO, tempfile.TemporaryFile())
