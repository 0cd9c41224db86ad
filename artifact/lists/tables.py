"""A list of images as rows and columns: CSV with whatever delimiter, JSON lines, and the JSON of labelling tools."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from artifact.errors import ListError
from artifact.lists import exports, headings, kinds, text
from artifact.lists.annotations import Record

LINES_OF_JSON = (".jsonl", ".ndjson", ".manifest")
SUFFIXES = frozenset((".csv", ".tsv", ".txt", ".lst", ".json", ".labels", *LINES_OF_JSON))
DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200
"""Lines that the delimiter is told from."""

Row = list[str]


@dataclass(frozen=True)
class Table:
    """Rows of text, all of one length.

    Attributes:
        name: Of the file, for people.
        heading: The names of the columns; None where it is not known yet whether the first row is a heading.
        rows: The cells, without blanks around them.
        lines: The line that each row ends in, from 1; the position of an entry where the file is JSON.
        note: How the text was understood where the file does not say it, in words; or nothing.
    """

    name: str
    heading: Row | None
    rows: list[Row]
    lines: list[int]
    note: str = ""

    @property
    def is_of_lines(self) -> bool:
        """Whether the table was written line by line, where a cell that is missing is a mistake of that line."""
        return PurePosixPath(self.name).suffix.lower() in (".csv", ".tsv", ".txt", ".lst")


def read(name: str, data: bytes) -> Table | None:
    """Read a list; None where JSON holds none that is known.

    Raises:
        ListError: It is empty, or no text of a known encoding.
    """
    suffix = PurePosixPath(name).suffix.lower()
    content, note = text.decode(name, data)
    if suffix in (".json", ".labels", *LINES_OF_JSON):
        return _of_records(name, content, suffix)
    return replace(_of_lines(name, content, suffix), note=note)


def _of_lines(name: str, content: str, suffix: str) -> Table:
    cleaned = text.clean(content)
    try:
        usual = (*DELIMITERS, " ") if suffix == ".txt" else DELIMITERS
        delimiter = cleaned.delimiter or sniff(cleaned.rows, usual)
        reader = csv.reader(io.StringIO(cleaned.rows), delimiter=delimiter, skipinitialspace=True)
        numbered = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise ListError(f"{name} cannot be read as a table ({error}). Save it as CSV UTF-8.") from error
    kept = [(line, row) for line, row in numbered if any(row)]
    if not kept:
        raise ListError(f"{name} has no rows. Expected are lines such as: images/one.jpg,cat")
    kept = _align(kept)
    width = max(len(row) for _, row in kept)
    rows = [row + [""] * (width - len(row)) for _, row in kept]
    if records := exports.of_via_rows(rows[0], rows[1:]):
        return _of_all(name, records)
    return Table(name, None, rows, [line for line, _ in kept])


def _align(kept: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """Return the rows without a first one that only counts them, and with a heading for each column.

    CelebA's lists begin with the number of rows, and theirs and those of R's `write.table` have no heading above the
    first column, so the others would stand one column too far to the left.
    """
    (line, first), below = kept[0], [row for _, row in kept[1:]]
    counts = (str(len(below)), str(len(below) - 1))
    if len(first) == 1 and first[0] in counts and len(below) > 1 and len(below[-1]) > 1:
        return _align(kept[1:])
    width = len(first) + 1
    if len(below) < 2 or any(len(row) != width for row in below) or not all(row[-1] for row in below):
        return kept
    if any(map(headings.looks_like_image, first)):
        return kept
    return [(line, ["", *first]), *kept[1:]]


def sniff(content: str, delimiters: Sequence[str]) -> str:
    """Return the delimiter by which most lines have the same number of cells, more than one; a comma by default.

    The standard library's Sniffer guesses from character frequencies and takes letters for delimiters.
    """
    head = "\n".join(content.splitlines()[:_LOOKED_AT])

    def consistency(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if row)
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        return (lines, width) if width > 1 else (0, 0)

    return max(delimiters, key=consistency)


def _of_records(name: str, text: str, suffix: str) -> Table | None:
    try:
        if suffix in LINES_OF_JSON:
            value: object = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ListError(f"{name} is not valid JSON ({error}). Export it anew.") from error
    records = kinds.records(value, name)
    return _of_all(name, records) if records else None


def _of_all(name: str, records: Sequence[Record]) -> Table:
    heading = list(dict.fromkeys(key for record in records for key in record))
    rows = [[record.get(key, "") for key in heading] for record in records]
    return Table(name, heading, rows, list(range(1, len(rows) + 1)))
