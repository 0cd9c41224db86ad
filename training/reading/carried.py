"""Tables that carry their images in their cells, as numbers or as text, and name no files: what to say of them."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from artifact.errors import ListError
from artifact.lists import headings, tables
from artifact.lists.tables import Table
from training.reading.found import Readers

_LEAST_PIXELS = 49
"""Numbers in a row, or in a cell, that are taken for an image: 7 × 7, fewer than which no data set has."""
_MOST_TABLES = 3
_LOOKED_AT = 20
"""Rows that are looked at; the corners of one may be all black."""
_NUMBERS = re.compile(r"\[?\s*\d{1,3}(?:\.0)?(?:[\s,]+\d{1,3}(?:\.0)?){48,}\s*\]?")
_NUMBER = re.compile(r"\d{1,3}(?:\.0)?")
_BASE64 = re.compile(r"data:image/|/9j/|iVBORw0KGgo|R0lGOD|UklGR")
"""How the base64 of an image of the commonest formats begins."""
_PRINTED = ("{'bytes':", "b'", 'b"')
"""How a cell begins that is Python's way to print an image in memory."""
_FOLDERS = "in a folder for each class"


def describe(table: Table) -> str | None:
    """Return what images a table carries and the way to files of them, to follow its name; None where it has none."""
    rows = table.rows[1:] if table.heading is None else table.rows  # the first one may be a heading
    row = rows[0] if rows else []
    if any(cell.startswith(_PRINTED) for cell in row):
        return (
            "holds the bytes of its images as text, as pandas and datasets' to_csv write a column of them. Write "
            "Parquet instead (to_parquet), or save each image as a file and name that."
        )
    if any(len(cell) > 60 and _BASE64.match(cell) for cell in row):
        return (
            "holds its images as base64, which is not read from a table. Save each as a file, "
            f"{_FOLDERS}: open(name, 'wb').write(base64.b64decode(cell))"
        )
    if any(_NUMBERS.fullmatch(cell) for cell in row):
        return f"holds the pixels of its images as text, which is not read. {_save('cell.split()')}"
    if _is_of_pixels(rows):
        return f"holds the pixels of its images in columns of numbers, which is not read. {_save('row')}"
    return None


def explain(files: Readers) -> str:
    """Return the same of the first table among files none of which is an image; nothing where none carries any."""
    lists = [path for path in files if path.suffix.lower() in tables.SUFFIXES]
    for path in lists[:_MOST_TABLES]:
        if words := _of_file(path, files):
            return f"{path} {words} "
    return ""


def _is_of_pixels(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether nearly all cells are numbers as pixels are: not all 0 or 1, as columns of classes, and no names."""
    numbers = [cell for row in rows[:_LOOKED_AT] for cell in row if _NUMBER.fullmatch(cell)]
    width = len(rows[0]) if rows else 0
    if width < _LEAST_PIXELS or any(map(headings.looks_like_image, rows[0])):
        return False
    gray = sum(float(one) > 1 for one in numbers)
    return len(numbers) > 0.9 * width * min(len(rows), _LOOKED_AT) and gray > len(numbers) / 20


def _of_file(path: PurePosixPath, files: Readers) -> str | None:
    try:
        table = tables.read(str(path), files[path]())
    except (ListError, OSError):
        return None
    return None if table is None else describe(table)


def _save(pixels: str) -> str:
    return (
        f"Save each as a file, {_FOLDERS}: Image.fromarray(numpy.array({pixels}, dtype='uint8').reshape(height, width))"
        ".save(name)"
    )
