"""Large tables of numbers, blanks and plain words, read in bulk: a million rows in about a second."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from doctor.points import ABSENT, Points, from_array, is_number
from doctor.readers import decimals
from doctor.readers.decimals import Characters, Places

SMALLEST = 2**20
"""Bytes from which a table is tried this way; the careful way explains what it finds, and is fast enough below."""
_NEWLINE = 10
_SINGLY = 1 / 32
"""Share of a column's cells up to which those that are no plain decimals are read one by one."""


def columns(body: bytes, words: Sequence[bool], delimiter: str) -> list[Points | list[str]] | None:
    """Read the rows below a header.

    Args:
        body: The rows, ASCII.
        words: For each column, whether its cells may be anything.
        delimiter: One character between the cells.

    Returns:
        The columns, as text where they are not numbers; None where one of the others is not, where none is, where a
        cell is in quotation marks, or a row is longer or shorter: all that is for the careful way to explain.
    """
    width = len(words)
    body = body.replace(b"\r\n", b"\n").strip(b"\n") + b"\n"
    characters = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(characters == _NEWLINE)
    marks = np.flatnonzero(characters == ord(delimiter))
    if not _even(marks, ends, width - 1) or (width == 1 and b"\n\n" in body):
        return None
    begins = np.concatenate([[0], ends[:-1] + 1])
    bare = b'"' not in body and b"\r" not in body
    found: list[Points | list[str]] = []
    for place, free in enumerate(words):
        starts = marks[place - 1 :: width - 1] + 1 if place else begins
        stops = marks[place :: width - 1] if place < width - 1 else ends
        named = free and not is_number(body[starts[0] : stops[0]] or b"0")  # then the others are not worth a look
        column = None if named else _column(characters, starts, stops)
        if column is None and not (free and bare):
            return None
        found.append(_texts(body, starts, stops) if column is None else column)
    return found if any(isinstance(column, Points) for column in found) else None


def _texts(body: bytes, starts: Places, stops: Places) -> list[str]:
    text = body.decode("ascii")
    return [text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def _even(marks: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], each: int) -> bool:
    """Tell whether each line has as many delimiters, the first behind the line before and the last inside."""
    if not len(ends) or len(marks) != each * len(ends):
        return False
    if not each:
        return True
    first, last = marks[::each], marks[each - 1 :: each]
    return bool((last < ends).all() and (first[1:] > ends[:-1]).all())


def _column(characters: Characters, starts: Places, stops: Places) -> Points | None:
    values, known = decimals.read(characters, starts, stops)
    blank = starts == stops
    others = np.flatnonzero(~known & ~blank)
    read = _one_by_one if len(others) <= _SINGLY * len(starts) else _as_text
    numbers = read(characters, starts[others], stops[others])
    if numbers is None:
        return None
    values[others] = numbers
    points = from_array(values)
    if not blank.any():
        return points
    return Points(np.where(blank, np.nan, points.values), np.where(blank, ABSENT, points.states).astype(np.uint8))


def _one_by_one(characters: Characters, starts: Places, stops: Places) -> npt.NDArray[np.float64] | None:
    try:
        return np.array(
            [float(characters[a:b].tobytes()) for a, b in zip(starts.tolist(), stops.tolist(), strict=True)], np.float64
        )
    except ValueError:
        return None


def _as_text(characters: Characters, starts: Places, stops: Places) -> npt.NDArray[np.float64] | None:
    """Read cells that are numbers in any spelling; each with a blank behind it is one text."""
    inside = np.zeros(len(characters) + 1, np.int8)
    inside[starts] = 1
    inside[stops + 1] -= 1
    taken = np.cumsum(inside[:-1], dtype=np.int8).astype(bool)
    text = characters.copy()
    text[stops] = ord(" ")
    with warnings.catch_warnings():
        # what older versions of numpy say of text that is not a number
        warnings.simplefilter("error", DeprecationWarning)
        try:
            numbers = np.fromstring(text[taken].tobytes().decode("ascii"), np.float64, sep=" ")
        except (ValueError, DeprecationWarning):
            return None
    return numbers if len(numbers) == len(starts) else None
