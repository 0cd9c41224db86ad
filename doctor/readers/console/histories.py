"""A printed `history.history`: `{'loss': [0.7, 0.5], 'val_loss': [0.8, nan]}`, in one line or many."""

from __future__ import annotations

import re

from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.tracks import of_columns

_COLUMN = re.compile(r"'([\w/.\- ]{1,80})':\s*\[([^\[\]]*)\]")
_NUMBER = re.compile(rf"(?:np\.float\d\d\()?({NUMBER})\)?", re.IGNORECASE)


def _read(lines: list[str]) -> Log | None:
    if not any(line.lstrip().startswith("{'") and "[" in line for line in lines):
        return None
    columns: dict[str, list[float]] = {}
    for name, text in _COLUMN.findall(" ".join(lines)):
        cells = [cell.strip() for cell in text.split(",") if cell.strip()]
        numbers = [_NUMBER.fullmatch(cell) for cell in cells]
        if name in columns or not all(numbers):
            return None
        columns[name] = [float(number.group(1)) for number in numbers if number]
    return Log(of_columns(columns)) if "loss" in columns else None


STYLE = _read
