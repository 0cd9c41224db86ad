"""The input as a stream of paths, in an order that is the same each time; only one folder's names are in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fsspec

from artifact import filenames, formats
from artifact.passed import PassedOver
from service.batch import lists
from service.batch.lists import InputError
from service.batch.patience import ask
from service.batch.storage import StorageError, unreachable

_HEAD = 4096
"""Bytes at the beginning of a file whose name says nothing, by which an image is known."""


@dataclass(frozen=True)
class Input:
    """A folder of images, or a list of paths.

    Attributes:
        url: The folder or the list, as it was given.
        base: What relative paths begin from: the folder, or the folder that the list is in.
    """

    url: str
    base: str

    def paths(self, passed: PassedOver) -> Iterator[str]:
        """Yield each image's path, relative to the base or whole.

        Args:
            passed: Is told what is passed over.

        Raises:
            InputError: The input is not there, or is a list without a column `path`.
            StorageError: The file system does not answer.
        """
        files, root = fsspec.core.url_to_fs(self.url)
        found = lists.paths(files, root, passed) if lists.is_list(root) else _in_folder(files, root, passed)
        try:
            yield from (_printable(path) for path in found)
        except FileNotFoundError as error:
            raise InputError(f"{self.url} is not there; a folder or a list of images was expected.") from error
        except OSError as error:
            raise unreachable(self.url, error) from error


def of(url: str) -> Input:
    """Return the input that a URL or path names."""
    try:
        fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StorageError(f"{url} cannot be opened ({error}). Install the package that it names.") from error
    return Input(url, (url.rpartition("/")[0] or ".") if lists.is_list(url) else url)


def _in_folder(files: Any, root: str, passed: PassedOver) -> Iterator[str]:
    """Walk depth first, each folder in the order of its names."""
    if not ask(files, lambda: files.isdir(root)):
        raise FileNotFoundError(root)
    waiting = [root]
    while waiting:
        folder, below = waiting.pop(), []
        for entry in _entries(files, folder, root, passed):
            path, is_folder = _below(entry["name"], root), _is_folder(files, entry)
            if reason := _reason(files, entry, is_folder):
                passed.add(_printable(f"{path}/" if is_folder else path), reason)
            elif is_folder:
                below.append(entry["name"])
            else:
                yield path
        waiting += reversed(below)


def _entries(files: Any, folder: str, root: str, passed: PassedOver) -> list[dict[str, Any]]:
    """Return what is in a folder by name; one that may not be read is passed over, but not the input itself."""
    try:
        found = ask(files, lambda: files.ls(folder, detail=True))
    except PermissionError:
        if folder == root:
            raise
        passed.add(_printable(f"{_below(folder, root)}/"), "unreadable_folder")
        return []
    by_name = {_name(entry): entry for entry in found}
    return [by_name[name] for name in sorted(by_name) if name]  # stores have objects that only mark a folder


def _is_folder(files: Any, entry: dict[str, Any]) -> bool:
    """Tell whether an entry is a folder, or a link to one, which a disk's file system lists as of another type."""
    return entry["type"] == "directory" or (bool(entry.get("islink")) and bool(files.isdir(entry["name"])))


def _reason(files: Any, entry: dict[str, Any], is_folder: bool) -> str | None:
    """Return why a file or folder is passed over, or None."""
    name = _name(entry)
    reason = filenames.why_passed_over(name)
    if is_folder:
        return reason if reason in ("system", "hidden") else "folder_link" if entry.get("islink") else None
    if reason == "suffix" and filenames.is_nameless(name) and _holds_image(files, entry["name"]):
        return None
    return reason


def _holds_image(files: Any, place: str) -> bool:
    """Tell by its first bytes whether a file is of an image format that is read."""
    try:
        head = ask(files, lambda: files.cat_file(place, start=0, end=_HEAD))
    except (OSError, ValueError):  # not to be read, no file, or an empty object; it is counted by its name
        return False
    return formats.recognise(head) is not None


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _below(path: str, root: str) -> str:
    return path.removeprefix(root.rstrip("/")).strip("/")


def _printable(path: str) -> str:
    """Return a path that UTF-8 can hold; a file whose name it cannot hold is later not found, and so reported."""
    return path.encode("utf-8", "backslashreplace").decode()
