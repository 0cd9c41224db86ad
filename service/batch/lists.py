"""Lists of images, by the rules of training: tables of lines and Parquet, read in a stream, and JSON."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any

from artifact.errors import ListError
from artifact.lists import headings, tables, text
from artifact.lists.headings import PATHS, Exists
from artifact.passed import PassedOver

_ROWS = 10_000
_LOOKED_AT = 100
"""Rows by which the columns are told."""
_LINES = 200
_HEAD = 1024**2
"""Bytes by which the encoding is told."""
_LARGEST_JSON = 256 * 1024**2
_OF_JSON = {".json", *tables.LINES_OF_JSON}
_SUFFIXES = {".csv", ".tsv", ".txt", ".lst", ".parquet", *_OF_JSON}


class InputError(Exception):
    """An input that holds no images, or a list of which it is not clear what names them."""


@dataclass(frozen=True)
class List:
    """A list in a file system.

    Attributes:
        files: The file system of fsspec that it is in.
        path: Where it is.
        exists: Tells whether a cell names a file that is there.
        column: The column that names the images, where the user says it.
    """

    files: Any
    path: str
    exists: Exists
    column: str | None = None

    def paths(self, passed: PassedOver) -> Iterator[str]:
        """Yield the paths that it names; rows without one are passed over.

        Args:
            passed: Is told what is passed over.

        Raises:
            InputError: It cannot be read, or it is not clear what names the images.
            OSError: The file system does not answer.
        """
        suffix = _suffix(self.path)
        read = self._in_parquet if suffix == ".parquet" else self._in_json if suffix in _OF_JSON else self._in_lines
        try:
            for number, value in enumerate(read(), 1):
                if value:
                    yield value
                else:
                    passed.add(f"row {number}", "no_path")
        except (ListError, csv.Error) as error:
            raise InputError(f"{self.path} cannot be read as a list ({error}). Write it anew.") from error

    def _in_lines(self) -> Iterator[str]:
        with self.files.open(self.path, "rb") as file:
            head = file.read(_HEAD)
        whole = head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1]
        encoding, _ = text.encoding_of(PurePosixPath(self.path).name, whole)
        with (
            self.files.open(self.path, "rb") as file,
            io.TextIOWrapper(file, encoding, errors="backslashreplace") as lines,
        ):
            first = text.clean("".join(islice(lines, _LINES)))
            delimiter = first.delimiter or tables.sniff(first.rows, self._delimiters(first.rows))
            reader = csv.reader(chain(io.StringIO(first.rows), lines), delimiter=delimiter, skipinitialspace=True)
            yield from self._told(None, ([cell.strip() for cell in row] for row in reader if row))

    def _delimiters(self, rows: str) -> Sequence[str]:
        """Return what may be between cells: a blank in lines such as `a.jpg 0`, and not in `my photo.jpg`."""
        lines = [line for line in rows.splitlines() if line.strip()]
        blanks = all(" " in line and headings.looks_like_image(line.split(" ")[0]) for line in lines)
        return (*tables.DELIMITERS, " ") if lines and blanks else tables.DELIMITERS

    def _in_json(self) -> Iterator[str]:
        if self.files.size(self.path) > _LARGEST_JSON:
            raise InputError(f"{self.path} is larger than {_LARGEST_JSON:,} bytes. Write it as CSV or Parquet.")
        name = PurePosixPath(self.path).name
        table = tables.read(name, self.files.cat_file(self.path))
        if table is None or table.heading is None:
            raise InputError(f"{name} is JSON of no kind that lists images. Write a CSV file with a column path.")
        yield from self._told(table.heading, iter(table.rows))

    def _told(self, heading: list[str] | None, rows: Iterator[list[str]]) -> Iterator[str]:
        """Yield the cells of the column that names the images."""
        some = list(islice(rows, _LOOKED_AT))
        if heading is None and some and headings.is_heading(some[0], some[1:20], PATHS, self.exists):
            heading, some = some[0], some[1:]
        at = self._column(heading, _squared(some))
        mend = self._mend([row[at] for row in some if len(row) > at])
        yield from (mend(row[at]) if len(row) > at else "" for row in chain(some, rows))

    def _column(self, heading: list[str] | None, rows: list[list[str]]) -> int:
        """Return the column asked for; else the one headed `path`, the only one, or the one that names images."""
        shown = heading or [f"column {at + 1}" for at in range(len(rows[0]) if rows else 0)]
        if self.column is not None:
            if self.column in shown:
                return shown.index(self.column)
            if self.column.isdecimal() and 1 <= int(self.column) <= len(shown):
                return int(self.column) - 1
            raise InputError(self._words(shown, f"none is named {self.column}, as --path-column says"))
        if "path" in shown:
            return shown.index("path")
        if heading is None and len(shown) <= 1:
            return 0
        found = headings.path_columns(heading, rows, self.exists)
        if heading is None and not any(headings.names_image(row[found[0]], self.exists) for row in rows):
            shown, found = rows[0], []
        if not found:
            raise InputError(self._words(shown, "one named path was expected. Name it so, or give --path-column"))
        if len(found) > 1:
            several = " and ".join(shown[at] for at in found)
            raise InputError(self._words(shown, f"{several} could name the images. Say which with --path-column"))
        return found[0]

    def _mend(self, cells: Sequence[str]) -> Callable[[str], str]:
        r"""Return what makes a path of a cell: of `\` a slash, where the first file is found only so."""
        windows = next((cell for cell in cells if "\\" in cell and "/" not in cell), None)
        if windows is None or self.exists(windows) or not self.exists(windows.replace("\\", "/")):
            return str
        return lambda cell: cell.replace("\\", "/")

    def _words(self, shown: Sequence[str], what: str) -> str:
        listed = ", ".join(name or "(no heading)" for name in shown[:20]) or "none"
        return f"The list {PurePosixPath(self.path).name} has the columns {listed}; {what}."

    def _in_parquet(self) -> Iterator[str]:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise InputError(
                f"A Parquet list needs pyarrow, which is not installed ({error}). Give a CSV list, or install it in a "
                "checkout: .venv/bin/python -m pip install '.[batch]'"
            ) from error
        try:
            with self.files.open(self.path, "rb") as file:
                table = pq.ParquetFile(file)
                name = self._parquet_column(table)
                for batch in table.iter_batches(_ROWS, columns=[name]):
                    yield from (_cell(value) for value in batch.column(0).to_pylist())
        except pa.ArrowInvalid as error:
            raise ListError(str(error)) from error

    def _parquet_column(self, table: Any) -> str:
        """Return the name of the column; raises `InputError` where it is not clear, or holds the images themselves."""
        import pyarrow as pa

        schema = table.schema_arrow
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        asked = self.column or ("path" if "path" in schema.names else None)
        if asked in schema.names and not pa.types.is_struct(schema.field(asked).type):
            return str(asked)
        some = next(table.iter_batches(_LOOKED_AT, columns=texts), None) if texts else None
        rows = [] if some is None else [list(map(_cell, row)) for row in zip(*some.to_pydict().values(), strict=True)]
        if texts and (self.column is not None or rows):
            return str(texts[self._column(texts, rows)])
        raise InputError(
            self._words(
                schema.names,
                "paths were expected in one named path. Where it holds the images themselves, save them as files",
            )
        )


def is_list(path: str) -> bool:
    """Tell by its name whether an input is a list."""
    return _suffix(path) in _SUFFIXES


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _cell(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return "" if value is None else str(value)


def _squared(rows: list[list[str]]) -> list[list[str]]:
    """Return rows filled to the length of the longest."""
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
