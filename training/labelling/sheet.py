"""The list to fill in: a CSV of the suggested images, which is training input once its column `label` is filled in."""

import csv
import io
import os
from pathlib import Path

from training.errors import TrainingError
from training.labelling.suggesting import Suggested
from training.reading.suggested import COLUMNS

BYTE_ORDER = "\ufeff"
"""By which Excel knows that the list is UTF-8; without it, names with accents come back as others."""
_FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet computes, and loses what was written there."""


def render(suggested: Suggested, folder: Path) -> str:
    """Return the list as text; files are named from the folder that it will lie in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in suggested.suggestions:
        said = one.decision
        file = os.path.relpath(one.sample.file, folder)
        file = f"./{file}" if file.startswith(_FORMULA) else file
        writer.writerow((file, "", said.label, f"{said.probabilities[said.label]:.3f}", one.explain(suggested.card)))
    return BYTE_ORDER + text.getvalue()


def refuse_to_lose(path: Path) -> None:
    """Raise `TrainingError` where the list is there already and somebody has begun to fill it in."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except FileNotFoundError:
        return
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(
            f"{path} is there, and is no list that was made here. Name another folder with --out."
        ) from error
    filled = sum(bool((row.get("label") or "").strip()) for row in rows)
    if filled or not rows or set(rows[0]) != set(COLUMNS):
        found = f"{filled} of its images have a label" if filled else "it is no list that was made here"
        raise TrainingError(
            f"{path} is there, and {found}; it would be lost. Train with it first, or name another folder with --out."
        )
