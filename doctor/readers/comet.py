"""Comet's offline experiment, a zip archive with `messages.json`, or that file alone.

The rows that its get_metrics() returns are read, too, as JSON or as CSV.
"""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.log import Track
from doctor.readers.base import MOST_ROWS, NO, SURE, Log, Reader, limited
from doctor.readers.header import delimiter_of
from doctor.readers.shapes import number
from doctor.readers.source import Source
from doctor.readers.text import LARGEST_TEXT

_ZIP = b"PK\x03\x04"
_ROW = ("metricname", "metricvalue")
_MEMBER = "messages.json"
_IS_METRIC = b'"metricName"'


def recognises(source: Source) -> int:
    """Tell whether it is the archive, a file of its messages, or rows that get_metrics() returned."""
    head = source.head
    if head.startswith(_ZIP):
        return SURE if _MEMBER.encode() in source.data else NO
    if head.startswith(b'{"payload"'):
        return SURE if b'"message_id"' in head else NO
    return SURE if set(_ROW) <= set(source.header) or (_IS_METRIC in head[:2000] and _are_rows(source.json)) else NO


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "metricValue" in row for row in value[:20])


def read(source: Source) -> list[Log]:
    """Read the metrics, each under its context (`train`, `validate`), at the epochs and steps that were given.

    Raises:
        HistoryError: The archive cannot be read, or its messages are too large.
    """
    curves: dict[str, tuple[list[Any], list[float], list[float]]] = {}
    for context, metric in _metrics(source):
        name = str(metric.get("metricName"))
        own = role(name)
        name = name if own is not None and own.split else f"{context} {name}".strip()
        cells, epochs, steps = curves.setdefault(name, ([], [], []))
        cells.append(metric.get("metricValue"))
        epochs.append(_place(metric.get("epoch")))
        steps.append(_place(metric.get("step")))
    return [Log(tuple(_track(name, *held) for name, held in curves.items()))]


def _metrics(source: Source) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each value with its context."""
    if source.head.startswith((_ZIP, b'{"payload"')):
        for message in _messages(source):
            if isinstance(metric := message.get("metric"), dict):
                yield message.get("context") or "", metric
        return
    if source.json is not None:
        rows = source.json
    else:
        lines = source.text.lstrip("\ufeff")
        rows = limited(csv.DictReader(io.StringIO(lines, newline=""), delimiter=delimiter_of(lines.split("\n", 1)[0])))
    for row in rows:
        if isinstance(row, dict):
            yield row.get("runContext") or "", row


def _place(value: Any) -> float:
    """Return an epoch or a step, which a CSV holds as text."""
    try:
        return float(value) if isinstance(value, str) else number(value)
    except ValueError:
        return math.nan


def _track(name: str, cells: list[Any], epochs: list[float], steps: list[float]) -> Track:
    epoch = None if all(map(math.isnan, epochs)) else np.array(epochs, np.float64)
    step = None if all(map(math.isnan, steps)) else np.array(steps, np.float64)
    return Track(name, cells, epoch=epoch, step=step)


def _messages(source: Source) -> Iterator[dict[str, Any]]:
    for count, line in enumerate(_lines(source)):
        if count > MOST_ROWS:
            raise HistoryError(f"The experiment holds more than {MOST_ROWS:,} messages; log once an epoch.")
        if _IS_METRIC not in line:
            continue
        try:
            message = json.loads(line).get("payload")
        except (ValueError, AttributeError, RecursionError):
            continue  # the last line of an experiment that was cut off
        if isinstance(message, dict):
            yield message


def _lines(source: Source) -> Iterator[bytes]:
    """Yield the lines of the messages, which are unpacked bit by bit, and never beyond the limit."""
    if not source.head.startswith(_ZIP):
        yield from io.BytesIO(source.data)
        return
    taken = 0
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive, archive.open(_MEMBER) as member:
            while line := member.readline(2**20):
                taken += len(line)
                if taken > LARGEST_TEXT:
                    raise HistoryError(f"The experiment's messages have more than {LARGEST_TEXT:,} bytes unpacked.")
                yield line
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise HistoryError(f"Comet's archive cannot be read: {str(error)[:100]}. Copy it again.") from None


READER = Reader("comet", recognises, read)
