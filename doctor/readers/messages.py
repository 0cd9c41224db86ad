"""Records of which each holds a printed line: exports of Docker, Kubernetes, CloudWatch, Google, Loki, Datadog, Kaggle.

Records of several containers, pods or streams are those of several processes. Exports that begin with the newest
record are turned round.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from doctor.columns import role
from doctor.errors import HistoryError
from doctor.readers.base import NO, SURE, Log, Reader, limited
from doctor.readers.console import logs_of
from doctor.readers.console.one_or_each import one_or_each
from doctor.readers.header import delimiter_of
from doctor.readers.shapes import flat
from doctor.readers.source import NOTHING_READ, Source

_MESSAGES = (
    *("msg", "message", "@message", "text", "event", "log", "MESSAGE", "textPayload", "jsonPayload/message", "line"),
    *("attributes/message", "content/message", "Message", "Line", "data"),
)
_HOLDERS = ("events", "entries", "results", "logs", "records", "data", "result")
_TIMES = ("timestamp", "@timestamp", "time", "__REALTIME_TIMESTAMP", "ts", "attributes/timestamp", "Date", "Time")
_SOURCES = (
    *("kubernetes/pod_name", "resource/labels/pod_name", "labels/pod", "fields/pod", "logStreamName", "@logStream"),
    *("container_name", "container_id", "attributes/host", "Host", "pod", "source"),
)
"""Names under which it stands whose a record is; the first one that differs counts."""
_LOOKED_AT, _ENOUGH = 20, 400
_DEEPEST = 3
Record = Mapping[str, Any]


def recognises(source: Source) -> int:
    """Tell whether records without numbers of curves hold, under one key, lines that training printed."""
    is_json = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")
    records = _records(source.json) if is_json else _rows(source)
    return SURE if records and (printed(records[:_ENOUGH]) or printed(records)) else NO


def read(source: Source) -> list[Log]:
    """Read what the records say was printed.

    Raises:
        HistoryError: Nothing of that is a log.
    """
    found = printed(_records(source.json) or _rows(source) or [])
    if not found:
        raise HistoryError(NOTHING_READ)
    return found


def printed(records: Sequence[Record]) -> list[Log]:
    """Return the logs of records in which training was printed as text, none where it was not."""
    first = [dict(flat(record, _DEEPEST)) for record in records[:_LOOKED_AT]]
    names = {name: None for record in first for name in record}
    if any(map(role, names)):
        return []
    name = next((name for name in _MESSAGES if any(isinstance(record.get(name), str) for record in first)), None)
    if name is None:
        return []
    parts: dict[str, list[Record]] = {}
    whole = [dict(flat(record, _DEEPEST)) for record in records]
    label = next(
        (own for own in _SOURCES if own in names and len({str(record.get(own)) for record in whole}) > 1), None
    )
    for record in whole:
        parts.setdefault(str(record.get(label)) if label else "", []).append(record)
    if len(parts) == 1:
        return _logs(whole, name)
    found = {own: logs[-1] for own, part in parts.items() if (logs := _logs(part, name))}
    return one_or_each(found, "process")


def _logs(records: Sequence[Record], name: str) -> list[Log]:
    newest_first = _falls(records)
    cells = [str(record.get(name) or "") for record in (reversed(records) if newest_first else records)]
    broken = any(cell.endswith("\n") for cell in cells)  # Docker parts a long line, and ends a whole one
    found = logs_of(("" if broken else "\n").join(cells))
    turned = ("The export begins with the newest record and was turned round.",) if newest_first else ()
    note = f"Read from the text under {name!r}."
    return [replace(log, notes=(note, *turned, *log.notes)) for log in found]


def _falls(records: Sequence[Record]) -> bool:
    """Tell whether times never rise from record to record, and fall."""
    for name in _TIMES:
        times = [record.get(name) for record in records]
        if all(isinstance(time, str) for time in times) or all(isinstance(time, (int, float)) for time in times):
            pairs: list[tuple[Any, Any]] = list(pairwise(times))
            return any(one > other for one, other in pairs) and all(one >= other for one, other in pairs)
    return False


def _records(value: Any, depth: int = 2) -> list[Record] | None:
    """Return the records of an export, or None where the value is none."""
    if isinstance(value, Mapping) and depth:
        held = (value[name] for name in _HOLDERS if isinstance(value.get(name), (list, dict)))
        return next((records for item in held if (records := _records(item, depth - 1))), None)
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(record, Mapping) and "values" in record and "stream" in record for record in value):
        return list(_of_streams(value))
    if all(_is_insight(record) for record in value):
        return [{str(cell["field"]): cell.get("value") for cell in record} for record in value]
    return value if all(isinstance(record, Mapping) for record in value) else None


def _of_streams(streams: Sequence[Mapping[str, Any]]) -> Iterator[Record]:
    """Yield the records of Loki's API, which has one list for each set of labels."""
    for stream in streams:
        for held in stream["values"] if isinstance(stream["values"], list) else ():
            if isinstance(held, list) and len(held) > 1:
                yield {"line": held[1], "timestamp": str(held[0]), "source": str(stream["stream"])}


def _is_insight(record: Any) -> bool:
    """Tell whether it is a record of CloudWatch's Insights: a list of fields, each with its value."""
    return (
        isinstance(record, list) and bool(record) and all(isinstance(cell, dict) and "field" in cell for cell in record)
    )


def _rows(source: Source) -> list[Record]:
    """Return the rows of a table with a column of messages beside one of times, as the pages of services export it."""
    if not {name.lower() for name in _MESSAGES} & set(source.header) or not {"date", *_TIMES} & set(source.header):
        return []
    text = source.text.lstrip("\ufeff \t\r\n")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.split("\n", 1)[0]))
    try:
        return limited(reader)
    except csv.Error:
        return []


READER = Reader("messages", recognises, read)
