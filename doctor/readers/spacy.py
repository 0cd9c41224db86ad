"""spaCy's ConsoleLogger.v3 with `output_file`: one object an evaluation, losses by component, a score."""

from __future__ import annotations

from typing import Any

from doctor.columns import Role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, Track
from doctor.readers.json_lines import values_of
from doctor.readers.source import Source
from doctor.tracks import of_rows


def recognises(source: Source) -> int:
    """Tell whether the first line is an object with `losses` and `score`."""
    line = source.head.lstrip().split(b"\n", 1)[0]
    return SURE if line.startswith(b"{") and b'"losses":' in line and b'"score":' in line else NO


def read(source: Source) -> list[Log]:
    """Read each evaluation: the sum of the components' losses, and the score on the development set.

    Raises:
        HistoryError: The lines are not spaCy's.
    """
    rows = values_of(source.text)
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("losses"), dict) for row in rows):
        raise HistoryError("The lines are not spaCy's; expected objects with 'losses' and 'score'.")
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
    return [Log(tuple(map(_owned, of_rows(table))), notes=notes)]


def _loss(row: dict[str, Any]) -> Any:
    """Return the sum of the components' losses, None at step 0: spaCy evaluates there after one single batch."""
    if row.get("step") == 0:
        return None
    numbers = [value for value in row["losses"].values() if isinstance(value, (int, float))]
    return sum(numbers) if numbers else None


def _owned(track: Track) -> Track:
    owner = Role("accuracy", "validation") if track.name == "score" else Role("loss", "train")
    return Track(track.name, track.cells, track.epoch, track.step, track.row, owner)


READER = Reader("spacy", recognises, read)
