"""Hugging Face's trainer_state.json: `log_history` mixes training logs, evaluations and a summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doctor.errors import HistoryError
from doctor.readers.base import Log, Reader, limited, text_of
from doctor.readers.rounds import by_validation
from doctor.readers.structured import parse


def recognises(data: bytes) -> bool:
    """Tell whether it is an object that has a `log_history`."""
    return data.lstrip()[:1] == b"{" and b'"log_history"' in data


def read(data: bytes) -> Log:
    """Read the logs; each evaluation closes a round over which training loss is averaged.

    Raises:
        HistoryError: There is no list of objects in `log_history`.
    """
    state = parse(text_of(data))
    history = state.get("log_history") if isinstance(state, Mapping) else None
    if not isinstance(history, list) or not all(isinstance(row, dict) for row in history):
        raise HistoryError("The JSON has no list 'log_history' of objects; expected Hugging Face's trainer_state.json.")
    # The last entry sums up the whole run (its train_loss is a mean over all steps): it is no epoch.
    rows = [row for row in limited(history) if "train_runtime" not in row]
    return Log(by_validation(rows), _context(state, rows))


def _context(state: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    rates = [row["learning_rate"] for row in rows if isinstance(row.get("learning_rate"), (int, float))]
    batch = state.get("train_batch_size")
    context: dict[str, Any] = {"batch_size": batch} if isinstance(batch, int) and batch > 0 else {}
    if rates and 0 < max(rates) < float("inf"):
        context["learning_rate"] = max(rates)
    return context


READER = Reader("trainer_state", recognises, read)
