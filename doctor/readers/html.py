"""Tables of a page of HTML (pandas' `to_html`, a report), and what was printed into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from doctor.columns import is_loss
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.console import log_of
from doctor.readers.delimited import logs
from doctor.readers.source import Source

_BEGINS = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|div|style|table|p|h\d)\b", re.I | re.S
)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)
_PRINTED = re.compile(r"<pre\b[^<>]*>", re.IGNORECASE)
_END_OF_PRINTED = re.compile(r"</pre\s*>", re.IGNORECASE)
_ROW, _CELL = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE), re.compile(r"<t[hd]\b([^<>]*)>", re.IGNORECASE)
_SPANS = re.compile(r"(?:col|row)span\s*=\s*['\"]?(?!1\b)\d", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANK = re.compile(r"\s+")


def recognises(source: Source) -> int:
    """Tell whether it begins as HTML does."""
    return SURE if not source.is_folder and _BEGINS.match(source.head) else NO


def read(source: Source) -> list[Log]:
    """Read the tables that hold a loss, each a run; of a page without one, what was printed into it.

    Raises:
        HistoryError: The page holds neither, or a table whose cells span others.
    """
    found: list[Log] = []
    for number, table in enumerate(_between(source.text, _TABLE, _END), 1):
        rows = _rows(table)
        if rows and any(is_loss(cell) for row in rows[:3] for cell in row):
            if _SPANS.search(table):
                raise HistoryError(
                    f"Cells of table {number} of the page span others, so which column a value is in cannot be told. "
                    "Write the table without them: df.reset_index().to_csv('log.csv')."
                )
            found += [replace(log, name=f"table {number}") for log in logs(_text(rows))]
    if not found:
        printed = "\n".join(unescape(_TAG.sub("", text)) for text in _between(source.text, _PRINTED, _END_OF_PRINTED))
        log = log_of(printed) if printed.strip() else None
        found = [] if log is None else [log]
    if not found:
        raise HistoryError(
            "The page of HTML holds no table with a column for the loss, and no output of a training. Save the table "
            "alone (df.to_csv('log.csv')), or the notebook itself (.ipynb)."
        )
    return [replace(found[0], name=None)] if len(found) == 1 else found


def table_of(html: str) -> str:
    """Return the rows of a table as lines with tabs between the cells."""
    return _text(_rows(html))


def _text(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


def _rows(table: str) -> list[list[str]]:
    """Return the cells of each row; the name of pandas' index, which stands in a row of its own, is put above it."""
    rows = [[_plain(text) for text in _CELL.split(row)[2::2]] for row in _ROW.split(table)[1:]]
    return without_index_row([row for row in rows if row])


def without_index_row(rows: list[list[str]]) -> list[list[str]]:
    """Return rows with the name of pandas' index, which stands in a row of its own, above it."""
    if len(rows) > 1 and not rows[0][0] and rows[1][0] and not any(rows[1][1:]):
        return [[rows[1][0], *rows[0][1:]], *rows[2:]]
    return rows


def _plain(text: str) -> str:
    return _BLANK.sub(" ", unescape(_TAG.sub(" ", text))).strip()


def _between(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> Iterator[str]:
    starts = [found.end() for found in begin.finditer(text)]
    stops = [found.start() for found in end.finditer(text)]
    place = 0
    for start in starts:
        while place < len(stops) and stops[place] < start:
            place += 1
        yield text[start : stops[place]] if place < len(stops) else text[start:]


READER = Reader("html", recognises, read)
