"""Lists of images: CSV, TSV or Parquet files with a column `path`, read in a stream."""

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from artifact.passed import PassedOver

_ROWS = 10_000


class InputError(Exception):
    """An input that holds no images, or a list without the column that is needed."""


def paths(files: Any, path: str, passed: PassedOver) -> Iterator[str]:
    """Yield the paths in a list; rows without one are passed over.

    Args:
        files: The file system of fsspec that the list is in.
        path: Where it is.
        passed: Is told what is passed over.

    Raises:
        InputError: It is not such a list, or Parquet cannot be read here.
        OSError: The file system does not answer.
    """
    for number, value in enumerate(_KINDS[_suffix(path)](files, path), 1):
        if value:
            yield value
        else:
            passed.add(f"row {number}", "no_path")


def is_list(path: str) -> bool:
    """Tell by its name whether an input is a list."""
    return _suffix(path) in _KINDS


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _in_parquet(files: Any, path: str) -> Iterator[str]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise InputError(
            f"A Parquet list needs pyarrow, which is not installed ({error}). Give a CSV list, or install it in a "
            "checkout: .venv/bin/python -m pip install '.[batch]'"
        ) from error
    try:
        with files.open(path, "rb") as file:
            table = pq.ParquetFile(file)
            _check_columns(path, table.schema_arrow.names)
            for batch in table.iter_batches(_ROWS, columns=["path"]):
                yield from (_text(value) for value in batch.column(0).to_pylist())
    except pa.ArrowInvalid as error:
        raise _unreadable(path, error) from error


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return "" if value is None else str(value)


def _in_csv(files: Any, path: str, delimiter: str) -> Iterator[str]:
    try:
        with files.open(path, "rb") as file, io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="") as text:
            rows = csv.DictReader(text, delimiter=delimiter)
            _check_columns(path, list(rows.fieldnames or ()))
            yield from (row["path"] or "" for row in rows)
    except csv.Error as error:
        raise _unreadable(path, error) from error


_KINDS: dict[str, Callable[[Any, str], Iterator[str]]] = {
    ".parquet": _in_parquet,
    ".csv": partial(_in_csv, delimiter=","),
    ".tsv": partial(_in_csv, delimiter="\t"),
}


def _unreadable(path: str, error: Exception) -> InputError:
    return InputError(f"{path} cannot be read as a list ({error}). Write it anew.")


def _check_columns(path: str, found: list[str]) -> None:
    if "path" not in found:
        detail = f"The list {PurePosixPath(path).name} has the columns {', '.join(found) or 'none'}"
        raise InputError(f"{detail}; one named path was expected. Name it so.")
