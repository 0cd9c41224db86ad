"""MMEngine's and MMPretrain's scalars.json (and mmcv's .log.json): lines of training, and lines of validation.

MMEngine writes a validation's `step` as the number of the epoch, where training's `step` counts iterations. In training
by iterations that number stays 0; a validation then belongs to the iteration above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader
from doctor.readers.json_lines import values_of
from doctor.readers.source import Source
from doctor.tracks import of_rows


def recognises(source: Source) -> int:
    """Tell whether a line near the beginning is an object of MMEngine's or mmcv's."""
    lines = source.head.split(b"\n")[:4]
    told = (
        b'"data_time"' in line and (b'"step"' in line or b'"mode"' in line) for line in lines if line.startswith(b"{")
    )
    return SURE if any(told) else NO


def read(source: Source) -> list[Log]:
    """Read the lines; accuracies are of the validation set.

    Raises:
        HistoryError: The lines are not objects.
    """
    lines = [line for line in values_of(source.text) if isinstance(line, dict)]
    if not lines:
        raise HistoryError("The lines are not MMEngine's; expected objects with 'step' and 'loss'.")
    by_epoch = any("epoch" in line for line in lines)
    return [Log(of_rows(list(_rows(lines, by_epoch))), unowned="validation")]


def _rows(lines: list[dict[str, Any]], by_epoch: bool) -> Iterator[dict[str, Any]]:
    last = 0
    for line in lines:
        if "env_info" in line or "exp_name" in line:
            continue
        row = {name: value for name, value in line.items() if name not in ("mode", "iter")}
        if line.get("mode") == "val":
            row = {(f"val_{name}" if name == "loss" else name): value for name, value in row.items()}
        elif "loss" not in line and "epoch" not in line and by_epoch and "step" in row:
            row["epoch"] = row["step"]
        if by_epoch:
            row.pop("step", None)
        elif "loss" in line or "iter" in line:
            last = row.get("step", line.get("iter", last))
        elif not row.get("step"):
            row["step"] = last
        yield row


READER = Reader("mmengine", recognises, read)
