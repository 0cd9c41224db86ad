"""Hugging Face's Trainer: `{'loss': 0.69, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 1.0}`, one a line."""

from __future__ import annotations

import re
from typing import Any

from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.readers.trainer_state import log_of_rows

_DICT = re.compile(r"\{'[^{}]*'epoch'[^{}]*\}")
_PAIR = re.compile(rf"'([\w/.\-]+)':\s*'?({NUMBER})'?(?=[,}}\s])", re.IGNORECASE)


def _read(lines: list[str]) -> Log | None:
    rows: list[dict[str, Any]] = []
    for line in lines:
        for found in _DICT.findall(line):
            rows.append({name: float(value) for name, value in _PAIR.findall(found)})
    if not any("loss" in row for row in rows):
        return None
    return log_of_rows(rows, {})


STYLE = _read
