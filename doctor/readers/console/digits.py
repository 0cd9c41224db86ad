"""Numbers as people print them: `tensor(0.5)`, decimal commas, commas between thousands."""

from __future__ import annotations

import re

from doctor.errors import HistoryError

_WRAPPED = re.compile(
    r"\b(?:tensor|Tensor|Array|(?:np|numpy)\.float\d\d|float)\(\s*\[?\s*([-+\w.]+)\s*\]?[^()]{0,80}\)"
)
_CALLED = re.compile(r"(?:[Tt]ensor|Array|float\d*)\(")
_VALUE = r"(?<=[:= ])[-+]?"
_THOUSANDS = re.compile(_VALUE + r"\d{1,3}(?:,\d{3})+\.\d+\b")
_COMMA = re.compile(_VALUE + r"(\d+),(\d+)(?!\d|[,.]\d|\s*\])")
_POINT = re.compile(_VALUE + r"\d+\.\d")
_NAMED = re.compile("loss|acc|verlust|perte", re.IGNORECASE)
NOTE = "The comma was read as a decimal point."


def _joined(found: re.Match[str]) -> str:
    return found.group().replace(",", "")


def plain(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the lines with their numbers as Python writes them, and a note where that took a decision.

    Raises:
        HistoryError: Whether a comma is a decimal point cannot be told (`1,234` throughout).
    """
    lines = [_WRAPPED.sub(r"\1", line) if "(" in line and _CALLED.search(line) else line for line in lines]
    lines = [_THOUSANDS.sub(_joined, line) if "," in line else line for line in lines]
    if any(_POINT.search(line) for line in lines if _NAMED.search(line)):
        return lines, ()
    named = [line for line in lines if "," in line and _NAMED.search(line)]
    commas = [found for line in named for found in _COMMA.finditer(line)]
    if len(commas) < 2:
        return lines, ()
    if all(len(found.group(2)) == 3 and found.group(1).strip("0") for found in commas):
        raise HistoryError(
            f"Whether the comma in {commas[0].group()!r} is a decimal point or stands between thousands cannot be "
            "told. Write the numbers with a point, and nothing between thousands."
        )
    return [_COMMA.sub(lambda found: found.group().replace(",", "."), line) for line in lines], (NOTE,)
