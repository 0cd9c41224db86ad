"""The interface every reader has, and the limits all of them keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from doctor.errors import HistoryError

LARGEST_TEXT = 32 * 2**20
"""Bytes of the largest text log that is read."""
LARGEST_EVENTS = 32 * 2**20
"""Bytes of the largest event file that is read."""
MOST_ROWS = 2_000_000
MOST_COLUMNS = 2_000

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Log:
    """A log as it was found: rows in order, each a mapping of column to value, and facts about the run."""

    rows: Rows
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """One format: its name, how to recognise it, and how to read it.

    Attributes:
        name: Value of `format` in `doctor.read`.
        recognises: Tells from the bytes whether they are of this format.
        read: Turns the bytes into rows; raises `HistoryError` only.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Log]


def text_of(data: bytes) -> str:
    """Decode a text log.

    Raises:
        HistoryError: It is too large or no text.
    """
    if len(data) > LARGEST_TEXT:
        raise HistoryError(f"The log has {len(data):,} bytes; at most {LARGEST_TEXT:,} are read. Keep fewer columns.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HistoryError(
            "The log is neither UTF-8 text nor a TensorBoard event file; expected one of these."
        ) from None


def number_of(value: Any) -> float:
    """Return `value` as a float; blanks, None and words for 'not available' become NaN.

    Raises:
        HistoryError: It is something else.
    """
    if value is None:
        return float("nan")
    if isinstance(value, str) and value.strip().lower() in _BLANK:
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise HistoryError(f"Found {value!r:.60} where a number was expected.") from None


def limited(rows: Iterable[dict[str, Any]]) -> Rows:
    """Collect rows, refusing more than `MOST_ROWS`."""
    kept: Rows = []
    for row in rows:
        if len(kept) >= MOST_ROWS:
            raise HistoryError(f"The log has more than {MOST_ROWS:,} rows; write one row an epoch.")
        kept.append(row)
    return kept


_BLANK = frozenset({"", "na", "n/a", "none", "null", "-"})
