"""Cells as people and spreadsheets write them: percent signs, thousands separators, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from doctor.errors import HistoryError

_ODD = re.compile(r"[,%'’\s]")
_SPACES = re.compile(r"(?<=\d)['’\s](?=\d{3})")
_POINT_LAST, _COMMA_LAST = re.compile(r"[-+]?\d{1,3}(,\d{3})+\.\d+"), re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+")
_COMMA = re.compile(r"[-+]?(\d*),(\d+)(e[-+]?\d+)?", re.IGNORECASE)


def plain(name: str, cells: Sequence[object], decimal_comma: bool) -> tuple[Sequence[object], list[str]]:
    """Return the cells of one column as Python writes numbers, and notes on what was taken for what.

    Args:
        name: The column's name, for messages.
        cells: As they stand in the table.
        decimal_comma: The table is written by a program of a language with decimal commas (`;` between its cells).

    Raises:
        HistoryError: A sign could mean two things; the message names the column and a cell.
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    if not any(map(_ODD.search, texts)):
        return cells, []
    notes = []
    if any(text.endswith("%") for text in texts):
        without = next((text for text in texts if not text.endswith("%") and text[-1].isdigit()), None)
        if without is not None:
            raise HistoryError(f"Column {name!r:.60} has percent signs, but not in {without!r:.40}; write all alike.")
        notes.append(f"{name!r} is written with percent signs and was divided by 100.")
    bare = [_SPACES.sub("", text.rstrip("% \u00a0")) for text in texts]
    point = _decimal_point(name, bare, decimal_comma)
    if point == ",":
        notes.append(f"In {name!r} the comma was read as a decimal point.")
    return [_plain(cell, point) if isinstance(cell, str) else cell for cell in cells], notes


def _decimal_point(name: str, texts: Iterable[str], decimal_comma: bool) -> str:
    """Return the sign that stands before the decimals; commas without one that decides are refused."""
    open_ones = []
    for text in texts:
        if _POINT_LAST.fullmatch(text):
            return "."
        found = _COMMA.fullmatch(text)
        if _COMMA_LAST.fullmatch(text) or (found and (len(found[2]) != 3 or not found[1].strip("0"))):
            return ","
        if found:
            open_ones.append(text)
    if open_ones and not decimal_comma:
        raise HistoryError(
            f"Whether the comma in {open_ones[0]!r:.40} of column {name!r:.60} is a decimal point or stands between "
            "thousands cannot be told. Write the numbers with a point, and nothing between thousands."
        )
    return "," if open_ones else "."


def _plain(cell: str, point: str) -> str | float:
    text = _SPACES.sub("", cell.strip())
    number = text.rstrip("% \u00a0")
    number = number.replace(".", "").replace(",", ".") if point == "," and "," in number else number
    number = number.replace(",", "") if point == "." else number
    if not text.endswith("%"):
        return number
    try:
        return float(number) / 100.0
    except ValueError:
        return cell
