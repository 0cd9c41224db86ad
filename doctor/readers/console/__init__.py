"""What training printed, as pasted from a terminal: one module for each way of printing, one table.

Colours, progress bars and carriage returns are taken out first. A way of printing turns the lines into rows, or into
none where it does not know them; the first one that knows them reads.
"""

from __future__ import annotations

import re

from doctor.errors import HistoryError
from doctor.log import Log
from doctor.readers.base import LIKELY, NO, SURE, Reader, text_of
from doctor.readers.console import boosted, composer, fits, histories, plain, tables, trainer
from doctor.readers.console.printed import Style, frames
from doctor.readers.delimited import holds_curves
from doctor.readers.source import NOTHING_READ, Source

STYLES: tuple[Style, ...] = (
    fits.STYLE,
    trainer.STYLE,
    histories.STYLE,
    boosted.STYLE,
    composer.STYLE,
    tables.STYLE,
    plain.STYLE,
)
_FEWEST_ROWS = 2
_MOST_LINES = 500_000
_NOT_JSON = re.compile(rb"\s*(\{'|\[\w+\]|\[[^\]\[{\"\n]*\][ \t]*[A-Za-z:|(\[-])")
"""Hugging Face's dictionaries, XGBoost's `[0]`, Composer's `[metric]`, `[1, 2000] loss: 0.68` and times of day."""
_VALUE = re.compile(r"[:=]\s*[-+]?[\d.]|[a-z]\s+(?:\d*\.\d+|nan\b|inf\b)|^\W*epoch\W+\d", re.IGNORECASE)
"""A cell of what looks like a header that holds a value: it is a line of values."""


def recognises(source: Source) -> int:
    """Tell whether the beginning of a text reads as what training printed."""
    if source.is_folder or b"\x00" in source.head[:512] or source.head.lstrip()[:1] in (b"{", b"["):
        return SURE if _NOT_JSON.match(source.head) and _found(source.head) else NO
    if (
        len(source.header) > 1
        and holds_curves(source.header)
        and not any(_VALUE.search(name) for name in source.header)
    ):
        return NO  # a table with a header line
    return LIKELY if _found(source.head) else NO


def _found(head: bytes) -> bool:
    try:
        text = text_of(head[: head.rfind(b"\n") + 1] or head)
    except HistoryError:
        return False
    return log_of(text) is not None


def read(source: Source) -> list[Log]:
    """Read the values that were printed for each epoch.

    Raises:
        HistoryError: Nothing in the text reads as a value of an epoch.
    """
    found = log_of(source.text)
    if found is None:
        raise HistoryError(NOTHING_READ)
    return [found]


def log_of(text: str) -> Log | None:
    """Return what was printed as a log, or None where no way of printing knows the text."""
    lines = frames(text)
    if len(lines) > _MOST_LINES:
        raise HistoryError(f"The text has more than {_MOST_LINES:,} lines; keep those that end an epoch.")
    for style in STYLES:
        found = style(lines)
        if found is not None and len(found.tracks[0].cells if found.tracks else ()) >= _FEWEST_ROWS:
            return found
    return None


READER = Reader("console", recognises, read)
