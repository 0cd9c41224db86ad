"""Tables of LaTeX: pandas' `to_latex`, and those that people write for a paper, where a row is an epoch."""

from __future__ import annotations

import re
from dataclasses import replace

from doctor.columns import is_loss
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.delimited import logs
from doctor.readers.html import without_index_row
from doctor.readers.source import Source
from doctor.tracks import is_axis

_BEGINS = re.compile(r"\\begin\{(tabular\*?|tabularx|longtable|tabulary|array)\}")
_END = re.compile(r"\\end\{(?:tabular\*?|tabularx|longtable|tabulary|array)\}")
_ARGUMENTS = re.compile(r"(?:\[[^\]\n]*\]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*")
_RULE = re.compile(
    r"\\(?:toprule|midrule|bottomrule|hline|endhead|endfirsthead|endfoot|endlastfoot|cline\{[^}]*\}|cmidrule\S*)"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_ROW, _CELL = re.compile(r"\\\\(?:\[[^\]\n]*\])?|\\tabularnewline"), re.compile(r"(?<!\\)&")
_MARKED = re.compile(
    r"\\(?:textbf|textit|emph|underline|mathbf|text|mathrm|num|bfseries|itshape|cellcolor\{[^{}]*\})\s*"
)
_ESCAPED = re.compile(r"\\([_%#&$])")
_SPANS = re.compile(r"\\multi(?:column|row)(?:\{[^{}]*\}){2}")


def recognises(source: Source) -> int:
    """Tell whether it is text that begins a table of LaTeX."""
    head = source.head
    return (
        SURE if b"\\begin{" in head and b"\x00" not in head and _BEGINS.search(head.decode("utf-8", "replace")) else NO
    )


def read(source: Source) -> list[Log]:
    """Read each table with a column of epochs and one of a loss; several are several runs.

    Raises:
        HistoryError: There is none, or cells span others.
    """
    found: list[Log] = []
    for number, begin in enumerate(_BEGINS.finditer(source.text), 1):
        end = _END.search(source.text, begin.end())
        body = source.text[begin.end() : end.start() if end else len(source.text)]
        rows = _rows(body[_ARGUMENTS.match(body).end() :])  # type: ignore[union-attr]  # it matches nothing, too
        if rows and any(map(is_loss, rows[0])) and (not rows[0][0] or any(map(is_axis, rows[0]))):
            if _SPANS.search(body):
                raise HistoryError(
                    f"Cells of table {number} span others (\\multicolumn, \\multirow), so which column a value is in "
                    "cannot be told. Give the log that the table was made from."
                )
            found += [replace(log, name=f"table {number}") for log in logs("\n".join(map("\t".join, rows)))]
    if not found:
        raise HistoryError(
            "No table of the LaTeX text has a column that counts epochs and one for the loss. Give the log that it was "
            "made from; of pandas, df.to_csv('log.csv')."
        )
    return [replace(found[0], name=None)] if len(found) == 1 else found


def _rows(body: str) -> list[list[str]]:
    rows = [[_plain(cell) for cell in _CELL.split(row)] for row in _ROW.split(_RULE.sub(" ", _COMMENT.sub("", body)))]
    rows = without_index_row([row for row in rows if any(row)])
    return [row for place, row in enumerate(rows) if not place or row != rows[0]]  # longtable repeats its header


def _plain(cell: str) -> str:
    return " ".join(
        _ESCAPED.sub(r"\1", _MARKED.sub("", _SPANS.sub("", cell))).replace("$", "").translate(_BRACES).split()
    )


_BRACES = str.maketrans("", "", "{}")


READER = Reader("latex", recognises, read)
