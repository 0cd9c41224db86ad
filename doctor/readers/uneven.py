"""Tables whose rows have not all as many cells as the header: cut-off ends, closing words, Keras's changed metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from doctor import tracks
from doctor.errors import HistoryError
from doctor.points import is_number

Row = Sequence[str]
_CLEARER = 0.5
"""How much nearer to the rows before the right reading must be than the other one."""
_NEAR = 0.6


@dataclass(frozen=True)
class Part:
    """The rows under one header line; `line` is the header's number, counted from 1."""

    header: tuple[str, ...]
    rows: list[Row]
    line: int


def evened(part: Part) -> tuple[list[Part], list[str]]:
    """Return parts in which every row has as many cells as the header, and notes on what was done.

    Raises:
        HistoryError: A row is longer or shorter, and what it holds cannot be told; the message names its line.
    """
    width = len(part.header)
    if set(map(len, part.rows)) <= {width}:
        whole, notes = _without_words(part)
        return [whole], notes
    numbered = [(number, _trimmed(row, width)) for number, row in enumerate(part.rows, part.line + 1) if row]
    numbered = [(number, row) for number, row in numbered if any(cell.strip() for cell in row)]
    notes = []
    if len(numbered) > 1 and len(numbered[-1][1]) < width == len(numbered[-2][1]):
        notes.append(f"The last line has {len(numbered[-1][1])} of {width} cells, as if cut off, and was left out.")
        numbered.pop()
    parts: list[Part] = []
    for length, group in groupby(numbered, key=lambda item: len(item[1])):
        block = list(group)
        rows, line = [row for _, row in block], block[0][0]
        header = part.header
        if length != width:
            header = _explained(part.header, parts[-1] if parts else None, rows)
            if not header:
                raise HistoryError(_complaint(line, length, width))
            notes.append(
                f"Line {line} has {length} cells, the header {width}: from there it was read as {', '.join(header)}, "
                "the order in which Keras's CSVLogger(append=True) writes after metrics were changed."
            )
        whole, more = _without_words(Part(header, rows, line - 1))
        parts.append(whole)
        notes += more
    return parts or [replace(part, rows=[])], notes


def _trimmed(row: Row, width: int) -> Row:
    return row[:width] if len(row) > width and not any(cell.strip() for cell in row[width:]) else row


def _complaint(line: int, cells: int, width: int) -> str:
    return (
        f"Line {line} has {cells} cells, the header {width}: which value belongs to which column cannot be told. "
        "Keras's CSVLogger(append=True) writes this when metrics were changed between two fits. "
        "Split the file there and give each part its own header line."
    )


def _explained(header: tuple[str, ...], before: Part | None, rows: list[Row]) -> tuple[str, ...]:
    """Return the header of rows that Keras wrote under an older one: `epoch`, then the names in their order.

    One metric may have come or gone, with its validation twin. Where its name stands follows from where the losses go
    on from the rows before; a name that comes before `loss` can hardly be another than `accuracy`.
    """
    names = header[1:]
    if (
        before is None
        or before.header != header
        or header[0] != "epoch"
        or list(names) != sorted(names)
        or "loss" not in names
    ):
        return ()
    scored = [
        (_distance(header, before.rows[-1], other, rows[0]), other) for other in _candidates(names, len(rows[0]) - 1)
    ]
    scored = sorted((score, other) for score, other in scored if score < _NEAR)
    if not scored or (len(scored) > 1 and scored[0][0] > _CLEARER * scored[1][0]):
        return ()
    return scored[0][1]


def _candidates(names: tuple[str, ...], count: int) -> list[tuple[str, ...]]:
    twins = [name for name in names if f"val_{name}" in names and name != "loss"]
    fewer = [tuple(n for n in names if n not in (name, f"val_{name}")) for name in twins]
    more = [(*names, name, f"val_{name}") if "val_loss" in names else (*names, name) for name in ("accuracy", "metric")]
    more.append((*names, "val_loss"))
    return [("epoch", *sorted(set(other))) for other in (*fewer, *more) if len(set(other)) == count]


def _distance(header: tuple[str, ...], row: Row, other: tuple[str, ...], following: Row) -> float:
    """Return how far the losses of a row are from those of the row before, relative to these."""
    total = 0.0
    for name in ("loss", "val_loss"):
        if name in header and name in other:
            try:
                old, new = float(row[header.index(name)]), float(following[other.index(name)])
            except ValueError:
                return float("inf")
            total += abs(new - old) / max(abs(old), 1e-9)
    return total


def _without_words(part: Part) -> tuple[Part, list[str]]:
    """Leave out rows whose epoch is a word, such as a closing `mean` or `best`: they are not epochs."""
    place = next((i for i, name in enumerate(part.header) if tracks.is_axis(name)), None)
    if place is None:
        return part, []
    numbers = [is_number(row[place]) or not row[place].strip() for row in part.rows]
    words = len(numbers) - sum(numbers)
    if not 0 < words < len(numbers) / 2:
        return part, []
    kept = [row for row, number in zip(part.rows, numbers, strict=True) if number]
    word = next(row[place] for row, number in zip(part.rows, numbers, strict=True) if not number)
    note = f"{words} row(s) that are not epochs were left out ({word.strip()!r:.40})."
    return Part(part.header, kept, part.line), [note]
