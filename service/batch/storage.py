"""The output folder, on any file system that fsspec knows; every file in it is written whole or not at all."""

import contextlib
import os
import secrets
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from service.batch.patience import ask

_ATOMIC_PUT = {"memory", "s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"}
"""Protocols whose objects appear when they are complete, so that a put needs no second step."""
_TEMPORARY = ".unfinished-"


class StorageError(Exception):
    """A file system that does not answer: nobody's image is at fault, and the same command later goes on."""


class Folder:
    """One folder by its URL or path."""

    def __init__(self, url: str, **options: Any) -> None:
        """Open the folder; it need not exist yet.

        Raises:
            StorageError: The URL's protocol is unknown, or the package for it is not installed.
        """
        self.url = url
        try:
            self._files, self._root = fsspec.core.url_to_fs(url, **options)
        except (ImportError, ValueError) as error:
            raise StorageError(f"{url} cannot be opened ({error}). Install the package that it names.") from error

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or None where there is none."""
        try:
            data: bytes = ask(self._files, lambda: self._files.cat_file(self._path(name)))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreachable(self.url, error) from error
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole, in place of one that is there; after a crash the old one is there or the new one."""
        try:
            ask(self._files, lambda: self._write(self._path(name), data))
        except OSError as error:
            raise unreachable(self.url, error) from error

    def _write(self, path: str, data: bytes) -> None:
        folder, _, last = path.rpartition("/")
        self._files.makedirs(folder, exist_ok=True)
        if isinstance(self._files, LocalFileSystem):
            _replace(path, f"{folder}/{_TEMPORARY}{secrets.token_hex(8)}", data)
        elif self._protocols() & _ATOMIC_PUT:
            self._files.pipe_file(path, data)
        else:
            beside = f"{folder}/{_TEMPORARY}{secrets.token_hex(8)}-{last}"
            self._files.pipe_file(beside, data)
            self._files.mv(beside, path)

    def open(self, name: str) -> Any:
        """Open a file for reading in pieces."""
        try:
            return ask(self._files, lambda: self._files.open(self._path(name), "rb"))
        except OSError as error:
            raise unreachable(self.url, error) from error

    def names(self, folder: str) -> list[str]:
        """Return the names of the finished files in a sub-folder, in order; an absent one has none."""
        try:
            self._files.invalidate_cache()
            found = ask(self._files, lambda: self._files.ls(self._path(folder), detail=False))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreachable(self.url, error) from error
        names = (path.rstrip("/").rpartition("/")[2] for path in found)
        return sorted(name for name in names if not name.startswith("."))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _protocols(self) -> set[str]:
        protocol = self._files.protocol
        return {protocol} if isinstance(protocol, str) else set(protocol)


def unreachable(url: str, error: Exception) -> StorageError:
    """Return the error of a file system that does not do what it was asked."""
    return StorageError(f"{url} cannot be used ({error}). Mend that, then give the same command again: it goes on.")


def _replace(path: str, beside: str, data: bytes) -> None:
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)
