"""Exports of log services, of which each record is a line that training printed, laid out after their documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest

import doctor

LOSS, OTHER = [0.7, 0.5, 0.4, 0.3], [0.9, 0.85, 0.8, 0.78]
Lines = list[tuple[str, str, int]]


def lines(loss: list[float]) -> Lines:
    """Return time, line and nanoseconds of each epoch."""
    return [
        (f"2026-11-28T10:00:0{n}.123456789Z", f"Epoch {n + 1}/4 - loss: {value}", 1_700_000_000_000_000_000 + n)
        for n, value in enumerate(loss)
    ]


FIRST = lines(LOSS)
BACK = FIRST[::-1]


def json_lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(map(json.dumps, rows))


def loki(**streams: Lines) -> str:
    result = [
        {"stream": {"pod": pod}, "values": [[str(at), line] for _, line, at in held]} for pod, held in streams.items()
    ]
    return json.dumps({"status": "success", "data": {"resultType": "streams", "result": result, "stats": {}}})


EXPORTS = {
    "Docker's json-file": json_lines([{"log": f"{line}\n", "stream": "stdout", "time": at} for at, line, _ in FIRST]),
    "Docker's json-file with long lines in parts": json_lines(
        [{"log": part, "stream": "stdout"} for _, line, _ in FIRST for part in (line[:12], f"{line[12:]}\n")]
    ),
    "CloudWatch's filter-log-events": json.dumps(
        {"events": [{"timestamp": at, "message": line, "logStreamName": "s"} for _, line, at in FIRST]}
    ),
    "CloudWatch's Insights": json.dumps(
        {
            "results": [
                [{"field": "@timestamp", "value": at}, {"field": "@message", "value": line}] for at, line, _ in BACK
            ]
        }
    ),
    "gcloud logging read": json.dumps(
        [{"insertId": "x", "textPayload": line, "severity": "INFO", "timestamp": at} for at, line, _ in BACK]
    ),
    "gcloud logging read of a structured log": json.dumps(
        [{"insertId": "x", "jsonPayload": {"message": line}, "timestamp": at} for at, line, _ in BACK]
    ),
    "Loki's query_range": loki(a=BACK),
    "Grafana's download": json.dumps([{"line": line, "timestamp": str(at), "fields": {}} for _, line, at in BACK]),
    "logcli --output=jsonl": json_lines([{"labels": {}, "line": line, "timestamp": at} for at, line, _ in BACK]),
    "Datadog's API": json.dumps(
        {"data": [{"id": "A", "attributes": {"timestamp": at, "message": line}} for at, line, _ in BACK]}
    ),
    "Datadog's CSV": "Date,Host,Service,Message\n" + "\n".join(f'"{at}","h","t","{line}"' for at, line, _ in BACK),
    "CloudWatch's CSV": "timestamp,message\n" + "\n".join(f'{at},"{line}"' for _, line, at in FIRST),
    "Kaggle's log": json.dumps([{"stream_name": "stdout", "time": 1.0, "data": f"{line}\n"} for _, line, _ in FIRST]),
    "journalctl -o json": json_lines([{"__REALTIME_TIMESTAMP": str(at), "MESSAGE": line} for _, line, at in FIRST]),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_the_lines_in_an_export_are_read_in_the_order_of_time(export: str) -> None:
    assert doctor.read(EXPORTS[export].encode())[0] == {"loss": LOSS}


PODS = [
    {"log": line, "kubernetes": {"pod_name": pod}, "time": at}
    for pair in zip(FIRST, lines(OTHER), strict=True)
    for pod, (at, line, _) in zip("ab", pair, strict=True)
]


@pytest.mark.parametrize("text", [json_lines(PODS), loki(a=BACK, b=lines(OTHER)[::-1])], ids=["fluentd", "Loki"])
def test_pods_that_print_other_values_are_runs_that_are_asked_for(text: str) -> None:
    with pytest.raises(doctor.HistoryError, match="holds 2 runs"):
        doctor.read(text.encode())


def test_a_pod_can_be_named() -> None:
    assert doctor.read(json_lines(PODS).encode(), run="b")[0] == {"loss": OTHER}


def test_numbers_beside_a_message_are_the_history() -> None:
    rows = [{"epoch": n, "loss": loss, "message": f"Epoch {n} - loss: 9.9"} for n, loss in enumerate(LOSS)]

    assert doctor.read(json.dumps(rows).encode())[0] == {"loss": LOSS}
    assert doctor.read(json_lines(rows).encode())[0] == {"loss": LOSS}
