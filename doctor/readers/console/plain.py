"""Lines that people print themselves, and progress bars: an epoch's number, then names and values.

`Epoch [3/20], Loss: 0.45, Val Loss: 0.40`, `Epoch 2: 100%|###| 8/8 [00:00, train_loss=0.55, val_loss=0.6]` (Lightning),
`Train Epoch: 1 [640/60000 (1%)] Loss: 2.1` and below it `Test set: Average loss: 0.05, Accuracy: 9850/10000 (98%)`,
`[3] train-logloss:0.4 eval-logloss:0.5` (XGBoost), `Iteration 3, loss = 0.52` (scikit-learn).
"""

from __future__ import annotations

import re

from doctor.log import Log
from doctor.readers.console.printed import rows_of, values
from doctor.tracks import of_rows

_EPOCH = re.compile(r"(?:\bepochs?\b(?:\(\w+\))?|\biteration\b)\W{0,4}(\d+)|^\s*\[(\d+)\]\s", re.IGNORECASE)
_ABOUT = re.compile(
    r"improved|did not improve|early ?stopping|restor|saving|saved|\bbest\b|patience|checkpoint", re.IGNORECASE
)
_BAR = re.compile(r"\d+%\s*[|\u2501\u2588]|it/s|s/it")
Row = dict[str, str | float]


def _read(lines: list[str]) -> Log | None:
    epochs: list[tuple[float, Row]] = []
    epoch, bar = None, ""
    for line in lines:
        if _ABOUT.search(line):
            continue
        found = _EPOCH.search(line)
        if found:
            epoch = float(found.group(1) or found.group(2))
        row = dict(values(line)) if epoch is not None else {}
        if epoch is None or not row:
            continue
        own = line.split("%", 1)[0].split(":")[0] if _BAR.search(line) else ""
        if own and own == bar and epochs[-1][0] == epoch:
            epochs[-1] = (epoch, row)  # a later state of the same progress bar
        else:
            epochs.append((epoch, row))
        bar = own
    rows = rows_of(epochs)
    return Log(of_rows(rows)) if rows else None


STYLE = _read
