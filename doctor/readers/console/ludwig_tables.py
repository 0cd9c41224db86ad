"""What Ludwig prints after each evaluation: a table of a metric a line, with a column for each set.

Running evaluation for step: 5, epoch: 1
│               │   train │   validation │   test │
│ combined_loss │  0.8414 │       0.8200 │ 0.7938 │

The bars between count steps, and show the loss of one batch.
"""

from __future__ import annotations

import re

import numpy as np

from doctor.columns import SPLIT_OF, Role
from doctor.log import Log, Track
from doctor.readers.console.printed import is_number

_AT = re.compile(r"Running evaluation for step: (\d+), epoch: (\d+)")
_BARS = re.compile(r"[│|]")
_WHOLE = "combined_loss"


def _read(lines: list[str]) -> Log | None:
    places: list[tuple[int, int]] = []
    curves: dict[tuple[str, str], dict[int, list[str]]] = {}
    header: list[str] = []
    for line in lines:
        if (at := _AT.search(line)) is not None:
            places.append((int(at[1]), int(at[2])))
            header = []
        elif places and _BARS.search(line):
            name, *cells = [cell.strip() for cell in _BARS.split(line)[1:-1]] or [""]
            if not name and "train" in cells:
                header = cells
            for split, cell in zip(header, cells, strict=False) if name else ():
                if is_number(cell):
                    curves.setdefault((name, split), {}).setdefault(len(places) - 1, []).append(cell)
    if not any(name == _WHOLE for name, _ in curves):
        return None
    steps, epochs = np.array(places, np.float64).T
    epoch = epochs if (np.diff(epochs) > 0).all() else None
    return Log(tuple(_track(name, split, held, epoch, steps) for (name, split), held in curves.items()))


def _track(name: str, split: str, held: dict[int, list[str]], epoch: np.ndarray | None, steps: np.ndarray) -> Track:
    """Make a track; a metric that each of several outputs has is none of the whole."""
    where = np.array(list(held), np.intp)
    alone = all(len(cells) == 1 for cells in held.values())
    kind = "loss" if name == _WHOLE else "accuracy" if name == "accuracy" and alone else "other"
    own = Role(kind, SPLIT_OF.get(split))
    cells = [cells[0] for cells in held.values()]
    return Track(f"{split} {name}", cells, epoch=None if epoch is None else epoch[where], step=steps[where], role=own)


STYLE = _read
