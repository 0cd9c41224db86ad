"""Plain decimal numbers (`12`, `-0.45`, `.5`) of a whole column at once, digit by digit for all rows together.

Digits and point make a whole number over a power of ten. Both are exact in a float64 where the former is at most 2^53
and the latter at most 10^22, and division rounds correctly, so the number is the one that `float` gives (W. Clinger,
"How to read floating point numbers accurately", 1990). Longer numbers are divided with 64 bits where the processor has
these, and rounded again; those that this could round twice are left.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Characters = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]
Read = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]

_TOGETHER = 2**15
"""Rows that are read together; so many stay in the processor's cache."""
_LONGEST = 22
"""Characters from which a number is not tried; 10^22 is the largest power of ten that a float64 holds."""
_MOST_DIGITS = 18
"""Digits that a 64-bit integer holds, whichever they are."""
_ZERO, _POINT, _MINUS = b"0.-"
_EXACT = 2**53
_POWERS = 10.0 ** np.arange(_LONGEST)
_WIDE = np.finfo(np.longdouble).nmant == 63


def read(characters: Characters, starts: Places, stops: Places) -> Read:
    """Read the cells that are plain numbers.

    Args:
        characters: All text.
        starts: The place of each cell's first character, `[cells]`.
        stops: The place behind its last one, `[cells]`.

    Returns:
        The values, float64 `[cells]`, and which of them were read, bool `[cells]`; the other values mean nothing.
    """
    values, known = np.empty(len(starts)), np.empty(len(starts), bool)
    for first in range(0, len(starts), _TOGETHER):
        some = slice(first, first + _TOGETHER)
        values[some], known[some] = _read(characters, starts[some], stops[some])
    return values, known


def _read(
    characters: Characters, starts: Places, stops: Places
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    negative = characters[np.minimum(starts, len(characters) - 1)] == _MINUS
    starts = starts + negative
    lengths = stops - starts
    known = (lengths > 0) & (lengths < _LONGEST)
    digits, behind = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.intp)
    pointed = np.zeros(len(starts), bool)
    for place in range(min(int(lengths.max(initial=0)), _LONGEST - 1)):
        inside = lengths > place
        character = characters[np.minimum(starts + place, len(characters) - 1)]
        digit = character - np.uint8(_ZERO)
        is_digit = inside & (digit < 10)
        is_point = inside & (character == _POINT)
        known &= ~inside | is_digit | (is_point & ~pointed)
        if place >= _MOST_DIGITS:
            known &= ~is_digit | (digits < 10 ** (_MOST_DIGITS - 1))
        digits = np.where(is_digit, digits * 10 + digit, digits)
        behind += is_digit & pointed
        pointed |= is_point
    known &= lengths > pointed
    values = digits / _POWERS[behind]
    long = np.flatnonzero(known & (digits > _EXACT))
    values[long], known[long] = _divided(digits[long], behind[long])
    return np.where(negative, -values, values), known


def _divided(digits: npt.NDArray[np.int64], behind: Places) -> Read:
    """Divide numbers that a float64 does not hold; not known is what lies half-way between two float64s."""
    if not _WIDE:
        return digits / _POWERS[behind], np.zeros(len(digits), bool)
    quotients = digits.astype(np.longdouble) / _POWERS[behind].astype(np.longdouble)
    values = quotients.astype(np.float64)
    return values, np.abs(quotients - values) * 2 != np.spacing(values)
