"""Measure every file, a few at a time; where some have more than 8 bits, tell their one scale first."""

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from artifact import deep, image
from artifact.card import AS_THEY_ARE, Reading
from artifact.deep import Range
from artifact.errors import ImageError
from training.reading.facts import Facts, measure
from training.reading.sources import Found

T = TypeVar("T")
_AT_ONCE = 64
"""Files that are in memory."""


def measure_all(
    found: Sequence[Found], reading: Reading = AS_THEY_ARE, advance: Callable[[], None] = lambda: None
) -> tuple[list[Facts | str], Reading]:
    """Return each file's facts, or the reason why there are none, in order; and how the files are read.

    Files of more than 8 bits are decoded twice: for the range of their samples, and, once the scale of all is known,
    for their facts.

    Args:
        found: The files.
        reading: How they are read, as far as that was said. A scale that it has stays.
        advance: Called once for each file, for a progress display.
    """
    first: list[Facts | Range | str] = []
    for outcome in in_threads(lambda entry: _look(entry, reading), found):
        first.append(outcome)
        advance()
    ranges = [found for found in first if isinstance(found, Range)]
    if ranges and reading.scale is None:
        learned = [
            outcome
            for entry, outcome in zip(found, first, strict=True)
            if isinstance(outcome, Range) and entry.part == "train"
        ]
        reading = dataclasses.replace(reading, scale=deep.choose(learned or ranges))
    waiting = [entry for entry, outcome in zip(found, first, strict=True) if isinstance(outcome, Range)]
    second = in_threads(lambda entry: tried(entry, lambda data: measure(data, reading)), waiting)
    return [_with_range(next(second), one) if isinstance(one, Range) else one for one in first], reading


def _with_range(facts: Facts | str, found: Range) -> Facts | str:
    return facts if isinstance(facts, str) else dataclasses.replace(facts, samples=found)


def _look(entry: Found, reading: Reading) -> Facts | Range | str:
    """Return the facts of a file of 8 bits, and of a deeper one the range of its samples."""

    def look(data: bytes) -> Facts | Range:
        opened = image.open(data)
        return opened.measure(reading) if opened.deep else measure(data, reading)

    return tried(entry, look)


def tried(entry: Found, action: Callable[[bytes], T]) -> T | str:
    """Return what comes of the bytes of a file, or the reason why nothing does."""
    try:
        return action(entry.read())
    except ImageError as error:
        return error.detail
    except OSError as error:
        return f"The file cannot be read ({error.strerror or error}). See that it exists and that you may read it."


def in_threads(action: Callable[[Found], T], found: Sequence[Found]) -> Iterator[T]:
    """Yield what comes of each file, in order, of a bounded number at a time."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        for start in range(0, len(found), _AT_ONCE):
            yield from threads.map(action, found[start : start + _AT_ONCE])
