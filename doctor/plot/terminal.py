"""The curves in a terminal, two by four dots in each character (Unicode braille)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from doctor.plot.lines import Line, lines_of, load_all
from doctor.plot.scale import Scale, accuracy_scale, loss_scale

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_ROWS = 7


def chart(history: Any, columns: int = 64) -> str:
    """Draw loss and, where there is one, accuracy: training as a line of dots, validation as dashes.

    Args:
        history: What `doctor.diagnose` takes.
        columns: Characters across.
    """
    runs = load_all(history)
    parts = []
    for title, curve, make in (("loss", "loss", loss_scale), ("accuracy", "accuracy", accuracy_scale)):
        lines = lines_of(runs, curve)
        if lines:
            parts.append(_panel(title, lines, make(lines, 4 * _ROWS - 1, 0), columns))
    last = int(max(run.epochs[-1] for run in runs))
    return "\n".join(parts) + f"\n{'':9}1{'epoch':^{columns - 1 - len(str(last))}}{last}"


def _panel(title: str, lines: Sequence[Line], down: Scale, columns: int) -> str:
    grid = np.zeros((_ROWS, columns), dtype=int)
    last = max(float(line.epochs[-1]) for line in lines)
    across = Scale(1.0, max(last, 1.0), 0, 2 * columns - 1)
    for line in lines:
        _draw(grid, line, across, down)
    names = "  ".join({"training": "— training", "validation": "- - validation"}[line.name] for line in lines)
    margins = {0: f"{down.high:8.3g}", _ROWS - 1: f"{down.low:8.3g}"}
    rows = (f"{margins.get(i, ''):>8} {''.join(chr(_BRAILLE + cell) for cell in row)}" for i, row in enumerate(grid))
    return f"{'':9}{title}   {names}\n" + "\n".join(rows)


def _draw(grid: np.ndarray[Any, Any], line: Line, across: Scale, down: Scale) -> None:
    known = np.isfinite(line.middle)
    xs = [across(epoch) for epoch in line.epochs[known]]
    ys = [down(value) for value in line.middle[known]]
    places = np.arange(round(xs[0]), round(xs[-1]) + 1)
    for x, y in zip(places, np.interp(places, xs, ys).round().astype(int), strict=True):
        if line.name == "training" or x % 4 < 2:
            grid[y // 4, x // 2] |= _DOTS[y % 4][x % 2]
