"""Hugging Face's trainer_state.json: `log_history` mixes training logs, evaluations and a summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doctor import tracks
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, limited
from doctor.readers.source import Source
from doctor.readers.structured import parse


def recognises(source: Source) -> int:
    """Tell whether it is an object that has a `log_history`, or that list alone."""
    state = source.json
    if isinstance(state, list):
        return SURE if any(isinstance(row, dict) and "train_runtime" in row for row in state[-3:]) else NO
    return SURE if isinstance(state, dict) and "log_history" in state else NO


def read(source: Source) -> list[Log]:
    """Read the logs.

    Raises:
        HistoryError: There is no list of objects in `log_history`.
    """
    state = source.json if source.json is not None else parse(source.text)
    history = state.get("log_history") if isinstance(state, Mapping) else state
    if not isinstance(history, list) or not history or not all(isinstance(row, dict) for row in history):
        raise HistoryError("The JSON has no list 'log_history' of objects; expected Hugging Face's trainer_state.json.")
    return [log_of_rows(limited(history), _context(state) if isinstance(state, Mapping) else {})]


def log_of_rows(history: list[dict[str, Any]], context: dict[str, Any]) -> Log:
    """Turn what the Trainer logged into a log; the entry that sums up the run is not an epoch."""
    rows = [row for row in history if "train_runtime" not in row]
    before = [row for row in rows if row.get("step") == 0 and "loss" not in row]
    rows = [row for row in rows if not any(row is early for early in before)]
    rates = [row["learning_rate"] for row in rows if isinstance(row.get("learning_rate"), (int, float))]
    if rates and 0 < max(rates) < float("inf"):
        context = {**context, "learning_rate": max(rates)}
    notes = ("An evaluation before the first step was left out.",) if before else ()
    return Log(tracks.of_rows(rows), context, notes=notes, epoch_ends=True)


def _context(state: Mapping[str, Any]) -> dict[str, Any]:
    batch = state.get("train_batch_size")
    return {"batch_size": batch} if isinstance(batch, int) and batch > 0 else {}


READER = Reader("trainer_state", recognises, read)
