"""The input as a stream of paths, in an order that is the same each time; only one folder's names are in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import fsspec

from artifact import filenames, formats
from artifact.lists import headings
from artifact.passed import PassedOver
from service.batch import archives, lists
from service.batch.lists import InputError, List
from service.batch.patience import ask
from service.batch.storage import StorageError, unreachable

_HEAD = 4096
"""Bytes at the beginning of a file whose name says nothing, by which an image is known."""
_OF_NO_USER = ("system", "hidden")
"""Reasons to pass over that go before all others: what macOS puts beside `shard.tar` is no archive."""


@dataclass(frozen=True)
class Input:
    """A folder of images, an archive of them, or a list of paths.

    Attributes:
        url: The folder or the list, as it was given.
        base: What relative paths begin from: the folder, or the folder that the list or the archive is in.
        path_column: The column of a list that names the images, where the user says it.
    """

    url: str
    base: str
    path_column: str | None = None

    def paths(self, passed: PassedOver) -> Iterator[str]:
        """Yield each image's path, relative to the base or whole.

        Args:
            passed: Is told what is passed over.

        Raises:
            InputError: The input is not there, or is a list of which it is not clear what names the images.
            StorageError: The file system does not answer.
        """
        files, root = fsspec.core.url_to_fs(self.url)
        try:
            found = self._found(files, root, passed)
            yield from (_printable(path) for path in found)
        except FileNotFoundError as error:
            raise InputError(f"{self.url} is not there; a folder or a list of images was expected.") from error
        except OSError as error:
            raise unreachable(self.url, error) from error

    def _found(self, files: Any, root: str, passed: PassedOver) -> Iterator[str]:
        if lists.is_list(root):
            return List(files, root, partial(_exists, self.base), self.path_column).paths(passed)
        if archives.is_archive(root) and not ask(files, lambda: files.isdir(root)):
            return _in_archive(files, root, root.rpartition("/")[2], passed)
        return _in_folder(files, root, passed)


def of(url: str, path_column: str | None = None) -> Input:
    """Return the input that a URL or path names.

    Raises:
        InputError: A column is named, and the input is no list.
        StorageError: The package that the URL needs is not installed, or the file system does not answer.
    """
    if path_column is not None and not lists.is_list(url):
        raise InputError(f"--path-column names a column of a list, and {url} is no list. Leave it out.")
    try:
        fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StorageError(f"{url} cannot be opened ({error}). Install the package that it names.") from error
    within = lists.is_list(url) or (archives.is_archive(url) and not _is_dir(url))
    return Input(url, (url.rpartition("/")[0] or ".") if within else url, path_column)


def _is_dir(url: str) -> bool:
    files, root = fsspec.core.url_to_fs(url)
    try:
        return bool(ask(files, lambda: files.isdir(root)))
    except OSError as error:
        raise unreachable(url, error) from error


def _exists(base: str, cell: str) -> bool:
    """Tell whether a cell of a list names a file; it is asked for a few rows only."""
    if headings.REMOTE.match(cell):
        return True
    files, root = fsspec.core.url_to_fs(base)
    try:
        return bool(files.isfile(cell if cell.startswith("/") else f"{root.rstrip('/')}/{cell}"))
    except (OSError, ValueError):  # a name that no file can have
        return False


def _in_archive(files: Any, place: str, name: str, passed: PassedOver) -> Iterator[str]:
    """Yield the images of an archive as `NAME#MEMBER`, passing over as in folders."""
    for member in archives.members(files, place):
        if member.endswith("/"):  # a folder
            continue
        path = PurePosixPath(member)
        above = {filenames.why_passed_over(part) for part in path.parts[:-1]}
        within = next((reason for reason in _OF_NO_USER if reason in above), None)
        if reason := within or filenames.why_passed_over(path.name):
            passed.add(_printable(f"{name}#{member}"), reason)
        else:
            yield f"{name}#{member}"


def _in_folder(files: Any, root: str, passed: PassedOver) -> Iterator[str]:
    """Walk depth first, each folder in the order of its names; archives are read where no image lies beside them."""
    if not ask(files, lambda: files.isdir(root)):
        if ask(files, lambda: files.exists(root)):
            raise InputError(f"{root} is a file; a folder, a .tar or .zip of images, or a list of them was expected.")
        raise FileNotFoundError(root)
    waiting, packed, found = [root], list[str](), False
    while waiting:
        folder, below = waiting.pop(), []
        for entry in _entries(files, folder, root, passed):
            path, is_folder = _below(entry["name"], root), _is_folder(files, entry)
            reason = _reason(files, entry, is_folder)
            if not is_folder and reason not in _OF_NO_USER and archives.is_archive(path):
                packed.append(path)
            elif reason:
                passed.add(_printable(f"{path}/" if is_folder else path), reason)
            elif is_folder:
                below.append(entry["name"])
            else:
                found = True
                yield path
        waiting += reversed(below)
    for path in packed:
        if found:
            passed.add(_printable(path), "archive")
        else:
            yield from _in_archive(files, f"{root.rstrip('/')}/{path}", path, passed)


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
        return reason if reason in _OF_NO_USER else "folder_link" if entry.get("islink") else None
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
