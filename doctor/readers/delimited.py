"""CSV files: what Keras's CSVLogger writes, and any table with a header line and one row an epoch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from doctor.errors import HistoryError
from doctor.readers.base import MOST_COLUMNS, Log, Reader, limited, text_of


def recognises(data: bytes) -> bool:
    """Tell whether the bytes may be text that is not JSON."""
    return data.lstrip()[:1] not in (b"{", b"[") and b"\x00" not in data[:512]


def read(data: bytes) -> Log:
    """Read a table with comma, semicolon or tab between the columns.

    Raises:
        HistoryError: There is no header, or the text is no table.
    """
    return Log(limited(table(text_of(data))))


def table(text: str) -> Iterator[dict[str, str]]:
    """Yield one mapping a row. A semicolon table may write decimals with a comma."""
    header_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=header_line.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next((row for row in lines if row), [])
        if not header or len(header) > MOST_COLUMNS:
            raise HistoryError(
                f"The table has {len(header)} columns; expected a header line naming 1 to {MOST_COLUMNS}."
            )
        for row in lines:
            if row:
                cells = [cell.replace(",", ".") for cell in row] if delimiter == ";" else row
                yield dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise HistoryError(f"The table cannot be read: {error}. Expected plain CSV with a header line.") from None


READER = Reader("csv", recognises, read)
