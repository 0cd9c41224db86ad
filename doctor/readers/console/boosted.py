"""What boosting libraries print, one round a line.

XGBoost's `[0]  train-logloss:0.64  eval-logloss:0.65`, LightGBM's `[1]  training's binary_logloss: 0.61`, and
CatBoost's `0: learn: 0.6448 test: 0.6355 best: 0.6355 (0) total: 47ms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from doctor.columns import role
from doctor.log import Log, Track
from doctor.readers.boosting import splits_of
from doctor.readers.console.printed import NUMBER
from doctor.readers.shapes import boosting_role
from doctor.tracks import of_rows

_ROUND = re.compile(r"^\s*\[(\d+)\]\s+(?=\S)")
_METRIC = re.compile(
    rf"(?:([\w. -]+?)-([\w@.]+)|([\w. -]+?)'s ([\w@. ]+?)):\s?({NUMBER})(?:\s?\+\s?{NUMBER})?(?:\s|$)", re.IGNORECASE
)
_CATBOOST = re.compile(rf"^(\d+):\s+learn: ({NUMBER})(?:\s+test: ({NUMBER}))?", re.IGNORECASE)
_NOTE = "CatBoost's `learn` and `test` were taken for the loss of training and validation."


def _read(lines: list[str]) -> Log | None:
    found = [match.groups() for line in lines if (match := _CATBOOST.match(line.strip()))]
    if not found:
        return _rounds(lines)
    rows = [
        {"epoch": epoch, "learn loss": learn} | ({"validation loss": test} if test else {})
        for epoch, learn, test in found
    ]
    return Log(of_rows(rows), notes=(_NOTE,))


def _rounds(lines: list[str]) -> Log | None:
    """Read the metrics of each set; which set is training's is told as in `evals_result`."""
    curves: dict[tuple[str, str], tuple[list[float], list[str]]] = {}
    for line in lines:
        for number, held, metric, value in _metrics(line):
            steps, values = curves.setdefault((held, metric), ([], []))
            steps.append(number)
            values.append(value)
    known = {pair: role(pair[1]) for pair in curves}
    if not any(boosting_role(metric, None, own) for (_, metric), own in known.items()):
        return None
    splits, notes = splits_of(list(dict.fromkeys(held for held, _ in curves)))
    tracks = []
    for (held, metric), (steps, values) in curves.items():
        own = boosting_role(metric, splits.get(held), known[held, metric]) if held in splits else None
        tracks.append(Track(f"{held} {metric}", values, epoch=np.array(steps), role=own))
    return Log(tuple(tracks), notes=notes)


def _metrics(line: str) -> Iterator[tuple[float, str, str, str]]:
    begins = _ROUND.match(line)
    if begins is None:
        return
    for found in _METRIC.finditer(line, begins.end()):
        held, metric = found.group(1) or found.group(3), found.group(2) or found.group(4)
        yield float(begins.group(1)), held.strip(), metric, found.group(5)


STYLE = _read
