"""Histories that other people's training printed, `benchmarks/doctor/real_runs.jsonl`: read by hand, not fitted to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.doctor.dataset import read_runs
from benchmarks.doctor.evaluate import doctor_answers
from benchmarks.doctor.scoring import score
from doctor.findings import LABELS

RUNS = read_runs(Path(__file__).parents[2] / "benchmarks" / "doctor" / "real_runs.jsonl")


def test_no_sound_history_is_called_ill_and_nearly_all_are_read_right() -> None:
    scored = score(doctor_answers(RUNS))

    assert scored.healthy >= 20
    assert scored.false_alarm_rate() <= 0.05
    assert scored.exact >= 0.9


def test_the_overfitted_ones_are_found() -> None:
    overfitted = [run for run in RUNS if "overfitting" in run["labels"]]
    found = ["overfitting" in said for said, _, _ in doctor_answers(overfitted)]

    assert len(found) >= 5
    assert all(found)


@pytest.mark.parametrize("run", RUNS, ids=[run["id"] for run in RUNS])
def test_each_names_its_source_and_an_open_licence(run: dict[str, Any]) -> None:
    assert "/" in run["source"].split()[0]
    assert run["licence"] in ("Apache-2.0", "MIT")
    assert set(run["labels"]) | set(run["tolerated"]) <= set(LABELS)
