"""Offline runs of Comet 3.58 and Neptune 1.14, laid out as real runs wrote them; and Comet's rows of an experiment."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

import doctor

TRAIN, VALIDATION = [1.0, 0.8, 0.7, 0.6], [1.1, 0.9, 0.8, float("nan")]
STEPS = [3, 7, 11, 15]


def comet_messages() -> str:
    messages: list[dict[str, object]] = [{"payload": {"message_id": 1, "log_other": {"key": "Name", "val": "x"}}}]
    for epoch, step in enumerate(STEPS):
        for context, name, value in (
            ("train", "loss", TRAIN[epoch]),
            ("validate", "loss", "NaN" if epoch == 3 else VALIDATION[epoch]),
            (None, "batch_loss", 9.9),
        ):
            metric = {"epoch": epoch, "metricName": name, "metricValue": value, "step": step}
            payload = {"local_timestamp": 1, "message_id": 2, "metric": metric} | (
                {"context": context} if context else {}
            )
            messages.append({"payload": {"local_timestamp": 1} | payload, "type": "metric_msg"})
    return "\n".join(json.dumps(message, separators=(",", ":")) for message in messages)


def packed(name: str, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("experiment.json", "{}")
        archive.writestr(name, text)
    return file.getvalue()


def rows() -> list[dict[str, object]]:
    return [
        {
            "metricName": "loss",
            "metricValue": str(loss),
            "timestamp": 1,
            "step": step,
            "epoch": n,
            "runContext": context,
        }
        for n, step in enumerate(STEPS)
        for context, loss in (("train", TRAIN[n]), ("validate", VALIDATION[n]))
    ]


def as_csv() -> bytes:
    return "\n".join([",".join(rows()[0]), *(",".join(map(str, row.values())) for row in rows())]).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(packed("messages.json", comet_messages()), id="archive"),
        pytest.param(comet_messages().encode(), id="messages"),
        pytest.param(json.dumps(rows()).encode(), id="get_metrics as JSON"),
        pytest.param(as_csv(), id="get_metrics as CSV"),
    ],
)
def test_comets_metrics_are_read_under_their_contexts(data: bytes) -> None:
    run = doctor.read_run(data)

    assert (run.reading.format, run.reading.axis) == ("comet", "epoch")
    assert run.history()["loss"] == TRAIN
    assert run.history()["val_loss"] == pytest.approx(VALIDATION, nan_ok=True)


def test_a_damaged_archive_of_comet_is_refused() -> None:
    data = bytearray(packed("messages.json", comet_messages()))
    data[-22:] = b""

    with pytest.raises(doctor.HistoryError, match="Comet's archive cannot be read"):
        doctor.read(bytes(data))


def neptune_run(folder: Path, losses: list[float], files: tuple[int, ...] = (1,)) -> None:
    """Write a run whose operations are spread over files, each called by its first operation's number."""
    folder.mkdir(parents=True)
    share = len(losses) // len(files)
    for place, first in enumerate(files):
        lines = [{"obj": {"type": "AssignString", "path": ["sys", "name"], "value": "x"}, "version": first}]
        for value in losses[place * share : (place + 1) * share]:
            for split, loss in (("train", value), ("val", value + 0.5)):
                held = [{"value": loss, "step": None, "ts": 1.0}]
                lines.append(
                    {"obj": {"type": "LogFloats", "path": [split, "loss"], "values": held}, "version": 2, "at": 1.0}
                )
        (folder / f"data-{first}.log").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


@pytest.mark.parametrize("name", [".", ".neptune", ".neptune/offline", ".neptune/offline/run__1"])
def test_neptunes_offline_run_is_found_and_its_files_follow_by_number(tmp_path: Path, name: str) -> None:
    neptune_run(tmp_path / ".neptune/offline/run__1", TRAIN, (1, 20, 100, 1000))

    run = doctor.read_run(tmp_path / name)

    assert run.reading.format == "neptune"
    assert run.history() == {"loss": TRAIN, "val_loss": [loss + 0.5 for loss in TRAIN]}


def test_two_offline_runs_of_neptune_are_asked_for(tmp_path: Path) -> None:
    for name in ("run__1", "run__2"):
        neptune_run(tmp_path / ".neptune/offline" / name, TRAIN)

    with pytest.raises(doctor.HistoryError, match="2 runs: 'run__1', 'run__2'"):
        doctor.read(tmp_path)


def test_a_folder_of_neptune_without_offline_runs_is_named(tmp_path: Path) -> None:
    (tmp_path / ".neptune/async/run__1").mkdir(parents=True)

    with pytest.raises(doctor.HistoryError, match="fetch_values"):
        doctor.read(tmp_path)
