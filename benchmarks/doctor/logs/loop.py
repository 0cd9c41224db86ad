"""A tiny run in plain Python, for the writers: logistic regression, its losses NaN in the last two epochs."""

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

EPOCHS = 8
Example = tuple[float, float]
Log = tuple[str | Path, Mapping[str, Sequence[float | str]]]


def run() -> Iterator[dict[str, float]]:
    """Yield for each epoch loss, accuracy, val_loss and val_accuracy."""
    drawn = random.Random(0)
    rows = [(x, float(x + drawn.gauss(0, 0.5) > 0)) for x in (drawn.gauss(0, 1) for _ in range(96))]
    train, validation = rows[:64], rows[64:]
    weight = 0.0
    for epoch in range(EPOCHS):
        (loss, accuracy), (val_loss, val_accuracy) = score(weight, train), score(weight, validation)
        if epoch >= EPOCHS - 2:
            loss = val_loss = math.nan
        yield {"loss": loss, "accuracy": accuracy, "val_loss": val_loss, "val_accuracy": val_accuracy}
        weight += sum((y - chance(weight, x)) * x for x, y in train) / len(train)


def chance(weight: float, x: float) -> float:
    return 1 / (1 + math.exp(-weight * x))


def score(weight: float, rows: Sequence[Example]) -> tuple[float, float]:
    chances = [(chance(weight, x), y) for x, y in rows]
    loss = -sum(math.log(p if y else 1 - p) for p, y in chances) / len(rows)
    return loss, sum((p > 0.5) == bool(y) for p, y in chances) / len(rows)


def truth(*logs: Log) -> None:
    """Write what each log (path, curves) should be read as; a value that is not finite becomes None, "" is a gap."""
    plain = [
        {"log": str(log), "curves": {name: [_in_json(value) for value in held] for name, held in curves.items()}}
        for log, curves in logs
    ]
    with open("truth.json", "w") as file:
        json.dump(plain, file)


def _in_json(value: float | str) -> float | str | None:
    return value if isinstance(value, str) or math.isfinite(value) else None


def curves() -> dict[str, list[float]]:
    """Return the run's curves."""
    rows = list(run())
    return {name: [row[name] for row in rows] for name in rows[0]}


def table() -> tuple[list[list[float]], list[int], list[list[float]], list[int]]:
    """Return features and labels for libraries that train by themselves: 64 rows to train on, 32 to validate."""
    drawn = random.Random(1)
    rows = [[drawn.gauss(0, 1) for _ in range(4)] for _ in range(96)]
    labels = [int(row[0] + row[1] + drawn.gauss(0, 0.5) > 0) for row in rows]
    return rows[:64], labels[:64], rows[64:], labels[64:]
