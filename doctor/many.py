"""Many runs in one file: one JSON object a line, each with `epochs` (or `history`) and perhaps `context`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doctor.diagnosis import diagnose
from doctor.errors import HistoryError
from doctor.readers import read


def answer_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the id and the labels of each run.

    Raises:
        HistoryError: The file cannot be opened or a line holds no run; the message names the line.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _answer(line, number)
    except OSError as error:
        raise HistoryError(f"The file {path.name!r} cannot be opened: {error.__class__.__name__}.") from None


def _answer(line: bytes, number: int) -> dict[str, Any]:
    try:
        history, context = read(line, "json")
        identity = json.loads(line).get("id", number)
        return {"id": identity, "labels": list(diagnose(history, context).labels)}
    except HistoryError as error:
        raise HistoryError(f"Line {number}: {error}") from None
