"""Printed histories: `{'loss': [0.7, 0.5], 'val_loss': [0.8, nan]}`, `train_losses = [0.7, 0.5]`, rows of dictionaries.

In one line or many, also inside `defaultdict(...)` or behind a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doctor.columns import is_loss, role
from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.tracks import is_axis, of_columns, of_rows

_COLUMN = re.compile(r"""(?:(['"])([\w/.\- ]{1,80})\1\s*:|\b([A-Za-z][\w/.\- ]{0,80}?)\s*[:=])\s*\[([^\[\]]*)\]""")
_NUMBER = re.compile(rf"(?:(?:np|numpy)\.float\d\d\()?(?:tensor\()?({NUMBER})\)?", re.IGNORECASE)
_ROW = re.compile(r"\{([^{}\[\]]*)\}")
_CELL = re.compile(rf"""(['"])([\w/.\- ]{{1,80}})\1\s*:\s*(?:np\.float\d\d\()?({NUMBER})\)?\s*(?:,|$)""", re.IGNORECASE)
_FEWEST = 2
_LARGEST = 2**20
"""Characters up to which a text may be a history that was printed as one value."""


def _read(lines: list[str]) -> Log | None:
    if not any("[" in line or line.lstrip().startswith("{") for line in lines):
        return None
    text = " ".join(lines) if sum(map(len, lines)) < _LARGEST else ""
    columns = dict(_columns(text)) if text else {}
    if max(map(len, columns.values()), default=0) >= _FEWEST and any(map(is_loss, columns)):
        return Log(of_columns(columns))
    rows = [{name: float(number) for _, name, number in _CELL.findall(row)} for row in _ROW.findall(text)]
    rows = [row for row in rows if any(map(is_loss, row))]
    return Log(of_rows(rows)) if len(rows) >= _FEWEST and all(any(map(is_axis, row)) for row in rows) else None


def _columns(text: str) -> Iterator[tuple[str, list[float]]]:
    for _, quoted, plain, listed in _COLUMN.findall(text):
        cells = [cell.strip() for cell in listed.split(",") if cell.strip()]
        numbers = [_NUMBER.fullmatch(cell) for cell in cells]
        name = quoted or plain.strip()
        if cells and all(numbers) and (role(name) is not None or quoted or is_axis(name)):
            yield name, [float(number.group(1)) for number in numbers if number]


STYLE = _read
