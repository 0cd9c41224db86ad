"""Large tables of nothing but numbers and blanks, read in bulk: a million rows in about a second."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from doctor.points import ABSENT, Points, from_array

SMALLEST = 2**20
"""Bytes from which a table is tried this way; the careful way explains what it finds, and is fast enough below."""
_BLANK = b"-7.0123456789e-300"
"""Stands for a blank cell while the numbers are parsed; no log holds this number."""
_NEWLINE = 10


def columns(body: bytes, width: int, delimiter: str) -> list[Points] | None:
    """Read the rows below a header.

    Args:
        body: The rows.
        width: Cells that each row must have.
        delimiter: One character between the cells.

    Returns:
        The columns; None where anything is not a number or a row has not `width` cells, for the careful way to explain.
    """
    mark = delimiter.encode()
    body = body.replace(b"\r\n", b"\n").strip(b"\n") + b"\n"
    characters = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(characters == _NEWLINE)
    if not len(ends) or not _even(np.flatnonzero(characters == ord(delimiter)), ends, width - 1):
        return None
    if width == 1 and b"\n\n" in body:
        return None
    cells = body.rstrip(b"\n").replace(b"\n", mark)
    for _ in range(2):  # neighbouring blanks share a mark, so that one pass fills every other one
        cells = cells.replace(mark + mark, mark + _BLANK + mark)
    cells = (_BLANK if cells.startswith(mark) else b"") + cells + (_BLANK if cells.endswith(mark) else b"")
    numbers = _parsed(cells, delimiter)
    if numbers is None or len(numbers) != width * len(ends):
        return None
    table, blank = numbers.reshape(len(ends), width), float(_BLANK)
    found = []
    for place in range(width):
        column = np.ascontiguousarray(table[:, place])
        points, absent = from_array(column), column == blank
        if absent.any():
            points = Points(
                np.where(absent, np.nan, points.values), np.where(absent, ABSENT, points.states).astype(np.uint8)
            )
        found.append(points)
    return found


def _even(marks: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], each: int) -> bool:
    """Tell whether each line has as many delimiters, the first behind the line before and the last inside."""
    if len(marks) != each * len(ends):
        return False
    if not each:
        return True
    first, last = marks[::each], marks[each - 1 :: each]
    return bool((last < ends).all() and (first[1:] > ends[:-1]).all())


def _parsed(cells: bytes, delimiter: str) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "error", DeprecationWarning
        )  # what older versions of numpy say of text that is not a number
        try:
            return np.fromstring(cells.decode("ascii"), np.float64, sep=delimiter)
        except (ValueError, DeprecationWarning):
            return None
