"""The input as a stream of paths, in an order that is the same each time; only one folder's names are in memory."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from artifact import formats
from service.batch.patience import ask
from service.batch.storage import StorageError, unreachable

_LISTS = {".parquet": "parquet", ".csv": "csv", ".tsv": "tsv"}
_ROWS = 10_000


class InputError(Exception):
    """An input that holds no images, or a list without the column that is needed."""


@dataclass(frozen=True)
class Input:
    """A folder of images, or a list of paths.

    Attributes:
        url: The folder or the list, as it was given.
        base: What relative paths begin from: the folder, or the folder that the list is in.
    """

    url: str
    base: str

    def paths(self) -> Iterator[str]:
        """Yield each image's path, relative to the base or whole.

        Raises:
            InputError: The input is not there, or is a list without a column `path`.
            StorageError: The file system does not answer.
        """
        files, root = fsspec.core.url_to_fs(self.url)
        try:
            yield from (_printable(path) for path in _stream(files, root))
        except FileNotFoundError as error:
            raise InputError(f"{self.url} is not there; a folder or a list of images was expected.") from error
        except (pa.ArrowInvalid, csv.Error) as error:
            raise InputError(f"{self.url} cannot be read as a list ({error}). Write it anew.") from error
        except OSError as error:
            raise unreachable(self.url, error) from error


def of(url: str) -> Input:
    """Return the input that a URL or path names."""
    try:
        fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StorageError(f"{url} cannot be opened ({error}). Install the package that it names.") from error
    if _kind(url) is None:
        return Input(url, url)
    return Input(url, url.rpartition("/")[0] or ".")


def _kind(url: str) -> str | None:
    return _LISTS.get(PurePosixPath(url).suffix.lower())


def _stream(files: Any, root: str) -> Iterator[str]:
    kind = _kind(root)
    if kind is None:
        return _in_folder(files, root)
    return _in_parquet(files, root) if kind == "parquet" else _in_csv(files, root, "\t" if kind == "tsv" else ",")


def _in_folder(files: Any, root: str) -> Iterator[str]:
    """Walk depth first, each folder in the order of its names; hidden files and links to folders are left out."""
    if not ask(files, lambda: files.isdir(root)):
        raise FileNotFoundError(root)
    waiting = [root]
    while waiting:
        found = ask(files, partial(files.ls, waiting.pop(), detail=True))
        entries = {_name(entry): entry for entry in found}
        below = []
        for name in sorted(entries):
            entry = entries[name]
            if name.startswith(".") or name in ("", "__MACOSX"):
                continue
            if entry["type"] == "directory":
                below += [] if entry.get("islink") else [entry["name"]]
            elif PurePosixPath(name).suffix.lower() in formats.SUFFIXES:
                yield entry["name"].removeprefix(root.rstrip("/")).lstrip("/")
        waiting += reversed(below)


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _in_parquet(files: Any, path: str) -> Iterator[str]:
    with files.open(path, "rb") as file:
        table = pq.ParquetFile(file)
        _check_columns(path, table.schema_arrow.names)
        for batch in table.iter_batches(_ROWS, columns=["path"]):
            yield from (_text(value) for value in batch.column(0).to_pylist() if value)


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _in_csv(files: Any, path: str, delimiter: str) -> Iterator[str]:
    with files.open(path, "rb") as file, io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="") as text:
        rows = csv.DictReader(text, delimiter=delimiter)
        _check_columns(path, list(rows.fieldnames or ()))
        yield from (row["path"] for row in rows if row["path"])


def _check_columns(path: str, found: list[str]) -> None:
    if "path" not in found:
        detail = f"The list {PurePosixPath(path).name} has the columns {', '.join(found) or 'none'}"
        raise InputError(f"{detail}; one named path was expected. Name it so.")


def _printable(path: str) -> str:
    """Return a path that UTF-8 can hold; a file whose name it cannot hold is later not found, and so reported."""
    return path.encode("utf-8", "backslashreplace").decode()
