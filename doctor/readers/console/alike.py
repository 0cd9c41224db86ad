r"""Lines that differ in nothing but their numbers, so that what they say need be found out only once.

Each run of digits is put into one digit of its own, of another script than ours: Unicode has hundreds, and `\d` knows
them all. What is found in such a line is then filled in with the digits of each line that is like it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_RUN = re.compile(
    r"([0-9](?<![A-Za-z_@0-9][0-9])(?!(?<=(?:top|acc)[ -][15])(?![\d.])|(?<=prec[ -][15])(?![\d.]))[0-9]*)",
    re.IGNORECASE,
)
"""Digits that are a number, and not part of a name such as `acc1`, `Acc@5` and `top 1`.

What comes before them is looked at behind the first digit, since digits are found fast.
"""
_COUNTED = 9
"""Digits of the longest number that counts epochs or steps; longer ones stay long."""
_FOREIGN = re.compile(r"(?![0-9])\d")
_DIGITS = "".join(character for character in map(chr, range(0x660, 0x1C5A)) if character.isdecimal())
_FILLING, _STANDING = _DIGITS[0], _DIGITS[1:]
_PLACES = tuple(map(ord, _STANDING))
_SHORT, _LONG = "\x00", "\x01"
_FIELDS = {place: f"{{{number}}}" for number, place in enumerate(_PLACES)}
_FIELDS |= {ord("{"): "{{", ord("}"): "}}", ord(_FILLING): ""}


def parted(line: str) -> tuple[str, list[str]]:
    """Return what a line has in common with those like it, and the digits that are its own.

    A line with more numbers than there are digits to stand for them is like no other.
    """
    if not line.isascii() and _FOREIGN.search(line):
        return line, []
    parts = _RUN.split(line)
    runs = parts[1::2]
    if len(runs) > len(_PLACES):
        return line, []
    if max(map(len, runs), default=0) > _COUNTED:
        parts[1::2] = [_SHORT if len(run) <= _COUNTED else _LONG for run in runs]
        return "".join(parts), runs
    return _SHORT.join(parts[::2]), runs


def standing(common: str) -> str:
    """Return a line in which a digit stands for each run of digits."""
    if _SHORT not in common and _LONG not in common:
        return common
    digits = iter(_STANDING)
    return "".join(
        next(digits) + (_FILLING * _COUNTED if part == _LONG else "") if part in (_SHORT, _LONG) else part
        for part in re.split(f"([{_SHORT}{_LONG}])", common)
    )


def filled(text: str, runs: Sequence[str]) -> str:
    """Return what was found in a line like another, with that other line's own digits."""
    return _template(text).format(*runs) if runs else text.replace(_FILLING, "")


@lru_cache(maxsize=4096)
def _template(text: str) -> str:
    return text.translate(_FIELDS)
