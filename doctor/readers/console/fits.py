"""Keras: `Epoch 3/10`, then `12/12 [====] - 3s 241ms/step - loss: 0.42 - val_loss: 0.40`, in one line or many."""

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
    rows = [{"epoch": epoch.number, **epoch.values} for epoch in epochs if epoch.values]
    if not any("loss" in row for row in rows):
        return None
    unfinished = epochs[-1] if epochs and not epochs[-1].done and epochs[-1].values and len(rows) > 1 else None
    if unfinished:
        rows.pop()
    notes = (f"Epoch {unfinished.number} was not finished and was left out.",) if unfinished else ()
    return Log(of_rows(rows), notes=notes)


STYLE = _read
