"""CSV files: what Keras's CSVLogger writes, and any table with a header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from doctor import tracks
from doctor.columns import role
from doctor.errors import HistoryError
from doctor.points import MISSING, is_number
from doctor.readers import cells, numeric
from doctor.readers.base import MOST_COLUMNS, MOST_ROWS, NO, PERHAPS, Log, Reader, Track, limited
from doctor.readers.header import delimiter_of, header_of, holds_curves, holds_value, table_start
from doctor.readers.source import NOTHING_READ, Source
from doctor.readers.uneven import Part, Row, evened

_MOST_HEADERS = 1000


def recognises(source: Source) -> int:
    """Tell whether it may be text that is not JSON."""
    return PERHAPS if not source.is_folder and b"\x00" not in source.head[:512] else NO


def read(source: Source) -> list[Log]:
    """Read a table with comma, semicolon, tab or bar between the columns.

    Raises:
        HistoryError: There is no header, or the text is not a table.
    """
    if (len(source.header) == 1 and role(source.header[0]) is None) or any(map(holds_value, source.header)):
        raise HistoryError(NOTHING_READ)
    try:
        return logs(source.text)
    except HistoryError as error:
        raise error if holds_curves(source.header) else HistoryError(NOTHING_READ) from None


def logs(text: str) -> list[Log]:
    """Read the table of a text; files that were appended to one another without an epoch column are several runs."""
    start = table_start(text)
    if start:
        above = f"{text[:start].strip()!r:.60} above the header was left out."
        return [replace(log, notes=(above, *log.notes)) for log in logs(text[start:])]
    bulk = _in_bulk(text)
    if bulk is not None:
        return [bulk]
    parts, notes = _parts(text)
    parts, more = _in_plain_numbers(parts, delimiter_of(text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]))
    notes += more
    if len(parts) > 1 and any(not any(map(tracks.is_axis, part.header)) for part in parts):
        return [
            Log(_tracks([part]), name=str(number), notes=notes, appended=True) for number, part in enumerate(parts, 1)
        ]
    return [Log(_tracks(parts), notes=notes)]


def _in_bulk(text: str) -> Log | None:
    """Read a large table of numbers and of words beside them; None where it is not large or holds anything else."""
    if len(text) < numeric.SMALLEST or not text.isascii():
        return None
    line, _, body = text.lstrip().partition("\n")
    header, delimiter = header_of(line), delimiter_of(line)
    if (
        delimiter == ";"
        or len(set(header)) < len(header)
        or any(map(is_number, header))
        or text.count("\n") > MOST_ROWS
    ):
        return None
    found = numeric.columns(body.encode(), [delimiter != "|" and not _is_numeric(name) for name in header], delimiter)
    return None if found is None else Log(tracks.of_columns(dict(zip(header, found, strict=True))))


def _parts(text: str) -> tuple[list[Part], tuple[str, ...]]:
    header_line = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]
    delimiter = delimiter_of(header_line)
    try:
        rows: list[Row] = limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise HistoryError(f"The table cannot be read: {error}. Expected plain CSV with a header line.") from None
    rows = [row for row in rows if not _rules_off(row)] if delimiter == "|" else rows
    first = next((place for place, row in enumerate(rows) if row), len(rows))
    header = tuple(cell.strip() for cell in rows[first]) if first < len(rows) else ()
    if not 1 <= len(header) <= MOST_COLUMNS:
        raise HistoryError(f"The table has {len(header)} columns; expected a header line naming 1 to {MOST_COLUMNS}.")
    twice = next((name for name in header if header.count(name) > 1 and role(name) is not None), None)
    if twice is not None:
        raise HistoryError(
            f"The header names the column {twice!r:.60} more than once; which one is meant cannot be told."
        )
    starts = [first, *(n for n in range(first + 1, len(rows)) if rows[n] and _is_header(rows[n], header))]
    if len(starts) > _MOST_HEADERS:
        raise HistoryError(f"The header stands again in {len(starts) - 1:,} lines; keep one, and the rows of one run.")
    parts: list[Part] = []
    notes: list[str] = []
    for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
        found, more = evened(Part(tuple(cell.strip() for cell in rows[start]), rows[start + 1 : stop], start + 1))
        parts += found
        notes += more
    if len(starts) > 1:
        notes.append(f"The header stands again in line {', '.join(str(start + 1) for start in starts[1:6])}.")
    return [part for part in parts if part.rows] or parts[:1], tuple(notes)


def _in_plain_numbers(parts: list[Part], delimiter: str) -> tuple[list[Part], tuple[str, ...]]:
    """Return the parts with the numbers of curves and axes as Python writes them."""
    notes: dict[str, None] = {}
    plain = []
    for part in parts:
        columns: list[Sequence[object]] = list(zip(*part.rows, strict=True))
        for place, name in enumerate(part.header[: len(columns)]):
            if _is_numeric(name):
                columns[place], said = cells.plain(name, columns[place], delimiter == ";")
                notes |= dict.fromkeys(said)
        plain.append(replace(part, rows=list(zip(*columns, strict=True))))
    return plain, tuple(notes)


def _is_numeric(name: str) -> bool:
    """Tell from its name whether a column has to hold numbers: it is a curve's or an axis."""
    return role(name) is not None or tracks.is_axis(name) or name.endswith(("loss", "value"))


def _rules_off(row: Row) -> bool:
    """Tell whether it is the line below the header of a Markdown table."""
    return "-" in "".join(row) and not "".join(row).strip(" :-+=")


def _is_header(row: Row, header: tuple[str, ...]) -> bool:
    return row[0].strip() == header[0] and bool(header[0]) and not is_number(header[0]) and not any(map(is_number, row))


def _tracks(parts: list[Part]) -> tuple[Track, ...]:
    if len({part.header for part in parts}) == 1:
        rows = [row for part in parts for row in part.rows]
        cells = list(zip(*rows, strict=True)) or [() for _ in parts[0].header]
        return tracks.of_columns(dict(zip(parts[0].header, cells, strict=False)))
    names = dict.fromkeys(name for part in parts for name in part.header)
    columns: dict[str, list[object]] = {name: [] for name in names}
    for part in parts:
        for name in names:
            place = part.header.index(name) if name in part.header else None
            columns[name] += [MISSING if place is None else row[place] for row in part.rows]
    return tracks.of_columns(columns)


READER = Reader("csv", recognises, read)
