"""What spaCy says at each evaluation, in its file or on the terminal, as a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from doctor.columns import Role
from doctor.log import Log, Track
from doctor.tracks import of_rows


def log_of(rows: Sequence[Mapping[str, Any]]) -> Log:
    """Return what evaluations say, each with `epoch`, `step`, `losses` by component, and `score`."""
    components = sorted({str(name) for row in rows for name in row["losses"]})
    table = [
        {"epoch": row.get("epoch"), "step": row.get("step"), "losses": _loss(row), "score": row.get("score")}
        for row in rows
    ]
    notes = (
        f"spaCy's loss is the sum over the batches since the last evaluation ({', '.join(components[:5])}): "
        "its level is not that of a mean.",
        "The loss at step 0 is that of one batch alone, and is left out.",
        "spaCy's score stands for the validation accuracy.",
    )
    return Log(tuple(map(_owned, of_rows(table))), notes=notes)


def _loss(row: Mapping[str, Any]) -> Any:
    """Return the sum of the components' losses, None at step 0: spaCy evaluates there after one single batch."""
    if row.get("step") == 0:
        return None
    numbers = [value for value in row["losses"].values() if isinstance(value, (int, float))]
    return sum(numbers) if numbers else None


def _owned(track: Track) -> Track:
    owner = Role("accuracy", "validation") if track.name == "score" else Role("loss", "train")
    return Track(track.name, track.cells, track.epoch, track.step, track.row, owner)
