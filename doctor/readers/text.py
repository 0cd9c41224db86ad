"""The text of a log: how many bytes are read, what they are decoded as, and where a copy of it was cut off."""

from __future__ import annotations

import re

from doctor.errors import HistoryError

LARGEST_TEXT = 128 * 2**20
"""Bytes of the largest text log that is read."""
_BINARY = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_HIGH, _MOST_HIGH = re.compile(rb"[\x80-\xff]"), 0.1
"""What is not ASCII, and the share of a text in a western language that is more than it ever holds."""
_LAST = re.compile(r"(?<![\w.])\d+\.(\d*)\Z")
_LAST_CHARACTERS, _LAST_LINES = 40, 4000


def decoded(data: bytes) -> str:
    """Decode a text log.

    Raises:
        HistoryError: It is too large or not text.
    """
    if len(data) > LARGEST_TEXT:
        raise HistoryError(f"The log has {len(data):,} bytes; at most {LARGEST_TEXT:,} are read. Keep fewer columns.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _BINARY.search(data) is None and len(_HIGH.findall(data)) < _MOST_HIGH * len(data):
            return data.decode("cp1252", "replace")  # as Excel and older programs of Windows write
        raise HistoryError(
            "The log is neither UTF-8 text nor a TensorBoard event file; expected one of these."
        ) from None


def uncut(text: str) -> str:
    """Return the text without a number at its very end that was cut off.

    It has fewer decimals, by two or more, than those that end each of the three lines above, which have equally many.
    So it is where a log was copied while it was being written. A number rounded to end in one 0 less is left alone.
    """
    last = _LAST.search(text[-_LAST_CHARACTERS:])
    if last is None:
        return text
    above = [_LAST.search(line.rstrip()) for line in text[-_LAST_LINES:].splitlines()[-4:-1]]
    decimals = {len(found[1]) for found in above if found}
    if len(above) == 3 and None not in above and len(decimals) == 1 and len(last[1]) + 2 <= decimals.pop():
        return text[: len(text) - len(last[0])]
    return text
