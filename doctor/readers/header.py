"""The first line of a table: where it stands, what it names, and what separates its cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from doctor.columns import role
from doctor.languages import in_english
from doctor.points import is_number

_LOOKED_AT, _MOST_ABOVE = 2**14, 30
"""Characters, and lines above the header, that are looked at for one."""
_DELIMITERS = ",;\t|"
_VALUE = re.compile(r"[:=]\s*\[?\s*[-+]?[\d.]|[a-z]\s+(?:\d*\.\d+|nan\b|inf\b)|^\W*epoch\W+\d", re.IGNORECASE)


def table_start(text: str) -> int:
    """Return where the header of a table begins that stands below a title or comments; 0 where the first line is it."""
    lines = text[:_LOOKED_AT].split("\n")[:-1]
    if not lines or holds_curves(header_of(lines[0])):
        return 0
    place = 0
    for number, line in enumerate(lines[:_MOST_ABOVE]):
        header, rows = header_of(line), [row for row in lines[number + 1 : number + 20] if row.strip()]
        count = line.count(delimiter_of(line))
        if number and count and "|" not in line and holds_curves(header) and not any(map(_is_value, header)):
            even = len(rows) > 1 and all(row.count(delimiter_of(line)) == count for row in rows[:-1])
            if even and is_number(rows[0].split(delimiter_of(line))[0].strip(' "').replace(",", ".")):
                return place
        place += len(line) + 1
    return 0


def header_of(text: str) -> tuple[str, ...]:
    """Return the names in the first line of a table."""
    line = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0].strip()
    try:
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=delimiter_of(line)), []))
    except csv.Error:
        return ()


def delimiter_of(line: str) -> str:
    """Return what separates the cells of a header line."""
    return max(_DELIMITERS, key=line.count)


def holds_value(name: str) -> bool:
    """Tell whether a cell of what looks like a header holds a value: then it is a printed line, and no header."""
    return _VALUE.search(in_english(name)) is not None


def holds_curves(header: Sequence[str]) -> bool:
    """Tell whether any column of a header is a loss or an accuracy."""
    return any(role(name) is not None for name in header)


def _is_value(cell: str) -> bool:
    return is_number(cell) or holds_value(cell)
