"""Lightning's metrics.csv: rows by step, an epoch column, and blanks wherever a metric was not logged."""

from __future__ import annotations

from doctor.errors import HistoryError
from doctor.readers.base import Log, Reader, Rows, limited, number_of, text_of
from doctor.readers.delimited import table
from doctor.readers.rounds import means


def recognises(data: bytes) -> bool:
    """Tell whether the header has both `epoch` and `step`."""
    header = data[:65536].split(b"\n", 1)[0].strip().lower().split(b",")
    return b"epoch" in header and b"step" in header


def read(data: bytes) -> Log:
    """Read the rows and gather those of one epoch: each metric's mean over the epoch.

    Raises:
        HistoryError: The text is no such table.
    """
    epochs: dict[float, Rows] = {}
    for row in limited(table(text_of(data))):
        epoch = number_of(row.pop("epoch", None))
        row.pop("step", None)
        if epoch == epoch:
            epochs.setdefault(epoch, []).append(row)
    if not epochs:
        raise HistoryError("The table has no row with an epoch number; expected Lightning's metrics.csv.")
    rows = [means(epochs[epoch]) for epoch in sorted(epochs)]
    return Log([_epoch_values_only(row) for row in rows])


def _epoch_values_only(row: dict[str, float]) -> dict[str, float]:
    # A metric logged both ways has `name_step` and `name_epoch`; one logged by step only keeps its means.
    kept = {name: value for name, value in row.items() if not name.endswith("_step")}
    for name, value in row.items():
        if name.endswith("_step") and f"{name[:-5]}_epoch" not in row:
            kept.setdefault(name[:-5], value)
    return kept


READER = Reader("lightning", recognises, read)
