"""Lines that people print themselves, and progress bars: an epoch's number, then names and values.

`Epoch [3/20], Loss: 0.45, Val Loss: 0.40`, `Epoch 2: 100%|###| 8/8 [00:00, train_loss=0.55, val_loss=0.6]` (Lightning),
`Train Epoch: 1 [640/60000 (1%)] Loss: 2.1` and below it `Test set: Average loss: 0.05, Accuracy: 9850/10000 (98%)`,
`[3] train-logloss:0.4 eval-logloss:0.5` (XGBoost), `Iteration 3, loss = 0.52` (scikit-learn), `[1, 2000] loss: 0.68`
and `Test Error:` above `Accuracy: 65.1%, Avg loss: 0.79` (PyTorch's tutorials), `step 5: train loss 2.1, val loss 2.2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doctor.columns import role, words_of
from doctor.log import Log
from doctor.readers.console.printed import SPLIT_OF, rows_of, values
from doctor.readers.console.shared import spelled_out
from doctor.tracks import of_rows

_EPOCH = re.compile(r"(?:\bepochs?\b(?:\(\w+\))?|\biteration\b)\W{0,4}(\d+)|^\s*\[(\d+)(?:, *\d+)?\]\s", re.IGNORECASE)
_STEP = re.compile(r"\b(?:step|iter)\b\W{0,4}(\d+)()", re.IGNORECASE)
"""What counts where no line names an epoch."""
_MOST_WORDS = 3
_ABOUT = re.compile(
    r"improved|did not improve|early ?stopping|restor|saving|saved|\bbest\b|patience|checkpoint", re.IGNORECASE
)
_BAR = re.compile(r"\d+%\s*[|\u2501\u2588]|it/s|s/it")
Row = dict[str, str | float]


def _read(lines: list[str]) -> Log | None:
    rows = _rows(lines, _EPOCH)
    if rows:
        return Log(of_rows(rows_of(rows)))
    rows = _rows(lines, _STEP)
    return Log(of_rows([{"step": step, **row} for step, row in rows])) if rows else None


def _rows(lines: list[str], counter: re.Pattern[str]) -> list[tuple[float, Row]]:
    """Return the values of each line with the number that was counted last."""
    epochs: list[tuple[float, Row]] = []
    epoch, bar, owner = None, "", ""
    for line in lines:
        if _ABOUT.search(line):
            continue
        found = counter.search(line)
        if found:
            epoch, owner = float(found.group(1) or found.group(2)), ""
        row = _owned(values(spelled_out(line)), owner) if epoch is not None else {}
        owner = _heading(line) or owner
        if epoch is None or not row:
            continue
        own = line.split("%", 1)[0].split(":")[0] if _BAR.search(line) else ""
        if own and own == bar and epochs[-1][0] == epoch:
            epochs[-1] = (epoch, row)  # a later state of the same progress bar
        else:
            epochs.append((epoch, row))
        bar = own
    return epochs


def _heading(line: str) -> str:
    """Return whose the values below a line such as `Test Error:` are; nothing where it is no such line."""
    words = words_of(line)
    if not line.rstrip().endswith(":") or len(words) > _MOST_WORDS:
        return ""
    return next((word for word in words if word in SPLIT_OF), "")


def _owned(found: Iterator[tuple[str, str | float]], owner: str) -> Row:
    """Give the values that do not say whose they are to the owner that a heading named."""
    row: Row = {}
    for name, value in found:
        own = role(name)
        row[f"{owner} {name}" if owner and own is not None and own.split is None else name] = value
    return row


STYLE = _read
