"""Tables of aligned columns, with bars between them or without.

fastai's, skorch's, Hugging Face's in a notebook, ultralytics', Chainer's, pandas', and those that tabulate, rich and
Markdown draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from doctor.columns import is_loss
from doctor.log import Log
from doctor.readers import ultralytics
from doctor.readers.console.matlab import in_bars
from doctor.readers.console.printed import SPLIT_OF, is_number
from doctor.tracks import is_axis, of_rows

_WIDE = re.compile(r"\s{2,}|\t|\s*\|\s*")
_BARS = str.maketrans("│┃║┆", "||||")
_RULE = re.compile(r"[\s|+:=\-─━═┄┼╪╇┏┓┗┛┡┩├┤└┘┌┐╞╡╒╕╘╛┳┻┬┴╋╤╧]+")
_BAR = "GPU_mem"
"""A column of the progress bar that ultralytics draws below its header."""
_BELOW = ["classes", "top1_acc", "top5_acc"]
_VALUE = re.compile(r"\d\.\d|[:=]\s*[-+]?[\d.]|\d/\d|\d\s?%")
"""What no line of names holds."""
_GLUED = re.compile(r"(?<=\.\d{6})(?=[-\w])")
"""Where fastai prints one value right behind another that is wider than its column; each has six decimals."""
_BEGINS = re.compile(r"[-+]?[\d.]")
Row = dict[str, object]


def _read(lines: list[str]) -> Log | None:
    rows: list[Row] = []
    header: list[str] = []
    plain = [line for line in map(_unboxed, in_bars(lines)) if line]
    for line, following in pairwise([*plain, ""]):
        found = _header(line, following)
        if found:
            header = found
        elif header == _BELOW and rows:
            rows[-1] = _below(line) | rows[-1]  # at the end the best weights are validated once more
        elif header:
            for row in _row(header, line.replace("No log", "-")):
                if rows and _BAR in header and rows[-1].get(header[0]) == row.get(header[0]):
                    rows.pop()  # an earlier state of ultralytics' bar, which holds the mean so far
                rows.append(row)
    names = {name for row in rows for name in row}
    if not any(map(_is_loss, names)):
        return None
    of_validation = {"train_loss", "valid_loss"} <= names or "top1_acc" in names
    parts = [name for name in ultralytics.PARTS if name in names]
    summed = [{**row, "loss": ultralytics.total(row, parts)} for row in rows] if parts and "loss" not in names else rows
    notes = (ultralytics.NOTE,) if summed is not rows else ()
    return Log(of_rows(summed), notes=notes, unowned="validation" if of_validation else None)


def _unboxed(line: str) -> str:
    """Return a line without the bars at its ends; nothing of a line that only rules off."""
    line = line.translate(_BARS).strip(" \r\n")
    if _RULE.fullmatch(line):
        return ""
    return line.strip("|").strip(" ") if line.startswith("|") else line.removeprefix("# ")  # numpy.savetxt


def _header(line: str, following: str) -> list[str]:
    """Return the names of a header line: one is a loss, and one an epoch or a step, or the rows are numbered."""
    if [word.rstrip(":") for word in line.split(None, 3)[:3]] == _BELOW:
        return _BELOW
    if _VALUE.search(line):
        return []
    index = [following.strip()] if is_axis(following.strip()) else []
    likely: list[str] = []
    for cells in (_WIDE.split(line.strip(" ")), line.split(), _paired(line.split())):
        if not 2 <= len(cells) <= 40 or any(map(is_number, cells)) or not any(map(_is_loss, cells)):
            continue
        named = [*index, *(cell for cell in cells if cell.strip())]
        if any(map(is_axis, named)) and _fits(named, following):
            return named
        if is_axis([*index, *cells][0]) or _indexed(named, following):
            likely = likely or named
    return likely


def _paired(words: list[str]) -> list[str]:
    """Return the words with an owner and what follows it as one name, where names with a blank stand close together."""
    paired: list[str] = []
    for word in words:
        if paired and paired[-1].lower() in SPLIT_OF:
            paired[-1] += f" {word}"
        else:
            paired.append(word)
    return paired


def _is_value(cell: str) -> bool:
    return is_number(cell.removesuffix("%").split("/")[0])


def _fits(header: Sequence[str], line: str) -> bool:
    """Tell whether the line below has a number under each name, perhaps behind its own number."""
    cells = _cells(line, len(header))
    return len(cells) in (len(header), len(header) + 1) and _is_value(cells[0]) and _is_value(cells[-1])


def _indexed(header: Sequence[str], line: str) -> bool:
    """Tell whether the line below is the first of pandas' numbered rows."""
    cells = _cells(line, len(header))
    return len(cells) == len(header) + 1 and cells[0] in ("0", "1") and all(map(_is_value, cells))


_is_axis = lru_cache(maxsize=256)(is_axis)


def _is_loss(cell: str) -> bool:
    return is_loss(cell) or cell.endswith("_loss")


def _cells(line: str, width: int) -> list[str]:
    line = line.split("%|")[0]
    cells = line.split()
    if len(cells) not in (width, width + 1) and ("|" in line or "\t" in line):
        cells = [cell.strip() or "-" for cell in re.split(r"[|\t]", line)]
    return [cell for cell in cells if cell != "|"]


def _row(header: list[str], line: str) -> Iterator[Row]:
    cells = _cells(line, len(header))
    if len(cells) < len(header) and "valid_loss" in header:
        cells = _GLUED.sub(" ", line).split()
    if _BAR in header:
        cells = [cell.rstrip(":") for cell in line.split("%|")[0].split()][: len(header)]
    if len(cells) == len(header) + 1 and cells[0].isdigit() and not (_is_axis(header[0]) and "+" in cells):
        cells = cells[1:]  # pandas numbers its rows
    if len(cells) != len(header) or not _BEGINS.match(cells[0]):
        return
    axis = next((place for place, name in enumerate(header) if _is_axis(name)), None)
    row: Row = {}
    for place, (name, cell) in enumerate(zip(header, cells, strict=True)):
        if place == axis:
            row[name] = cell.split("/")[0]
        elif is_number(cell) or cell == "-":
            row[name] = cell
        elif cell.endswith("%") and is_number(cell[:-1]):
            row[name] = float(cell[:-1]) / 100
    yield row


def _below(line: str) -> Row:
    """Read what ultralytics prints of validation below the line of an epoch."""
    cells = line.split()
    return {"top1_acc": cells[1]} if len(cells) == 3 and cells[0] == "all" and is_number(cells[1]) else {}


STYLE = _read
