"""Tables of aligned columns: fastai's, skorch's, Hugging Face's in a notebook, ultralytics'."""

from __future__ import annotations

import re
from collections.abc import Iterator

from doctor.columns import role
from doctor.log import Log
from doctor.readers import ultralytics
from doctor.readers.console.printed import is_number
from doctor.tracks import is_axis, of_rows

_WIDE = re.compile(r"\s{2,}|\t|\s*\|\s*")
_BELOW = ["classes", "top1_acc", "top5_acc"]
Row = dict[str, object]


def _read(lines: list[str]) -> Log | None:
    rows: list[Row] = []
    header: list[str] = []
    for line in lines:
        found = _header(line)
        if found:
            header = found
        elif header == _BELOW and rows:
            rows[-1] |= _below(line)
        elif header:
            rows += _row(header, line.replace("No log", "-"))
    names = {name for row in rows for name in row}
    if not any(map(_is_loss, names)):
        return None
    of_validation = {"train_loss", "valid_loss"} <= names or "top1_acc" in names
    parts = [name for name in ultralytics.PARTS if name in names]
    summed = [{**row, "loss": ultralytics.total(row, parts)} for row in rows] if parts and "loss" not in names else rows
    notes = (ultralytics.NOTE,) if summed is not rows else ()
    return Log(of_rows(summed), notes=notes, unowned="validation" if of_validation else None)


def _header(line: str) -> list[str]:
    """Return the names of a header line: the first is an epoch or a step, and one is a loss."""
    for cells in (_WIDE.split(line.strip()), line.split()):
        if 2 <= len(cells) <= 40 and is_axis(cells[0]) and not any(map(is_number, cells)) and any(map(_is_loss, cells)):
            return cells
    return _BELOW if [word.rstrip(":") for word in line.split()[:3]] == _BELOW else []


def _is_loss(cell: str) -> bool:
    own = role(cell)
    return (own is not None and own.quantity == "loss") or cell.endswith("_loss")


def _row(header: list[str], line: str) -> Iterator[Row]:
    cells = line.split("%|")[0].split()
    if "GPU_mem" in header:
        cells = [cell.rstrip(":") for cell in cells][: len(header)]
    if len(cells) != len(header) or not re.match(r"\d", cells[0]):
        return
    row: Row = {header[0]: cells[0].split("/")[0]}
    for name, cell in zip(header[1:], cells[1:], strict=True):
        if is_number(cell) or cell == "-":
            row[name] = cell
    yield row


def _below(line: str) -> Row:
    """Read what ultralytics prints of validation below the line of an epoch."""
    cells = line.split()
    return {"top1_acc": cells[1]} if len(cells) == 3 and cells[0] == "all" and is_number(cells[1]) else {}


STYLE = _read
