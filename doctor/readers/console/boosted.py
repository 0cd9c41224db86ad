"""CatBoost's lines: `0: learn: 0.6448 test: 0.6355 best: 0.6355 (0) total: 47ms`."""

from __future__ import annotations

import re

from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.tracks import of_rows

_LINE = re.compile(rf"^(\d+):\s+learn: ({NUMBER})(?:\s+test: ({NUMBER}))?", re.IGNORECASE)


def _read(lines: list[str]) -> Log | None:
    found = [match.groups() for line in lines if (match := _LINE.match(line.strip()))]
    if not found:
        return None
    rows = [
        {"epoch": epoch, "learn loss": learn} | ({"validation loss": test} if test else {})
        for epoch, learn, test in found
    ]
    return Log(
        of_rows(rows), notes=("CatBoost's `learn` and `test` were taken for the loss of training and validation.",)
    )


STYLE = _read
