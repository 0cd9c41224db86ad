"""Keras: `Epoch 3/10`, then `12/12 [====] - 3s 241ms/step - loss: 0.42 - val_loss: 0.40`, in one line or many.

Where somebody kept the bars only, each that was finished is an epoch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doctor.log import Log
from doctor.readers.console.printed import NUMBER
from doctor.tracks import of_rows

_EPOCH = re.compile(r"^\s*Epoch (\d+)/(\d+)\s*$")
_STEPS = re.compile(r"^\s*(\d+)/(\d+)\b")
_PAIR = re.compile(rf" - ([A-Za-z_][\w/@.\-]*): ({NUMBER})", re.IGNORECASE)


@dataclass
class _Epoch:
    """One epoch's line as far as it was seen; `done` once the last step was printed."""

    number: int
    steps: int | None = None
    values: dict[str, str | float] = field(default_factory=dict)
    done: bool = False

    def take(self, step: int, steps: int, values: dict[str, str | float]) -> None:
        """Take a line, unless it belongs to an evaluation that was printed after the epoch."""
        if self.done and (step < steps or steps != self.steps or len(values) < len(self.values)):
            return
        if (
            self.done
            and not any(name.startswith("val_") for name in {**values, "": ""})
            and self.values.keys() == values.keys()
        ):
            return
        self.steps, self.values, self.done = steps, values or self.values, step >= steps


def _read(lines: list[str]) -> Log | None:
    epochs: list[_Epoch] = []
    for line in lines:
        begins = _EPOCH.match(line)
        if begins:
            epochs.append(_Epoch(int(begins.group(1))))
            continue
        steps = _STEPS.match(line)
        values: dict[str, str | float] = dict(_PAIR.findall(line))
        if epochs and steps and values:
            epochs[-1].take(int(steps.group(1)), int(steps.group(2)), values)
    if not epochs:
        return _bars(lines)
    rows = [{"epoch": epoch.number, **epoch.values} for epoch in epochs if epoch.values]
    if not any("loss" in row for row in rows):
        return None
    unfinished = epochs[-1] if epochs and not epochs[-1].done and epochs[-1].values and len(rows) > 1 else None
    if unfinished:
        rows.pop()
    notes = (f"Epoch {unfinished.number} was not finished and was left out.",) if unfinished else ()
    return Log(of_rows(rows), notes=notes)


def _bars(lines: list[str]) -> Log | None:
    """Read finished bars without the lines `Epoch 3/10`: those with validation, since others may be of `evaluate`."""
    found: list[tuple[int, dict[str, str | float]]] = []
    for line in lines:
        steps, timed = _STEPS.match(line), _TIMED.search(line)
        values: dict[str, str | float] = dict(_PAIR.findall(line))
        if steps and timed and steps[1] == steps[2] and "loss" in values:
            found.append((int(steps[2]), values))
    measured = [bar for bar in found if any(name.startswith("val_") for name in bar[1])]
    if len(measured) < _FEWEST_BARS or len({(length, *values) for length, values in measured}) > 1:
        return None
    left = f" {len(found) - len(measured)} without validation were left out." if len(measured) < len(found) else ""
    rows = [{"epoch": number, **values} for number, (_, values) in enumerate(measured, 1)]
    return Log(of_rows(rows), notes=(f"No line says 'Epoch': each bar that was finished was taken for one.{left}",))


_TIMED = re.compile(r"\[=+\]|\u2501|\d+m?s(?:/step|/epoch)?\b|us/sample")
_FEWEST_BARS = 2
STYLE = _read
