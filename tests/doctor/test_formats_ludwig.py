"""What Ludwig 0.11 leaves and prints, rebuilt after a real run: its results folder, its frequency, its console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import doctor
from tests.doctor.event_files import event_file

TRAIN, VALIDATION = [0.8414, 0.8129, 0.8051, 0.7806], [0.82, 0.7997, 0.7804, 0.7613]
RIGHT = [0.1429, 0.15, 0.15, 0.1571]
TABLE = """
╒═══════════════╤═════════╤══════════════╤════════╕
│               │   train │   validation │   test │
╞═══════════════╪═════════╪══════════════╪════════╡
│ accuracy      │  {right} │       0.2500 │ 0.1750 │
├───────────────┼─────────┼──────────────┼────────┤
│ loss          │  {own} │       {own} │ {own} │
├───────────────┼─────────┼──────────────┼────────┤
│ combined_loss │  {train} │       {validation} │ 0.7938 │
╘═══════════════╧═════════╧══════════════╧════════╛
"""


def statistics(frequency: float = 1, period: str = "epoch") -> str:
    sets = {
        split: {"combined": {"loss": loss}, "y": {"accuracy": RIGHT, "loss": loss, "roc_auc": RIGHT}}
        for split, loss in (("training", TRAIN), ("validation", VALIDATION), ("test", VALIDATION))
    }
    return json.dumps({"evaluation_frequency": {"frequency": frequency, "period": period}, **sets})


def printed(outputs: int) -> str:
    lines = ["Training for 20 step(s), approximately 4 epoch(s).", "Starting with step 0, epoch: 0"]
    for place, (train, validation) in enumerate(zip(TRAIN, VALIDATION, strict=True)):
        bars = [f"Training:  17%|#| {5 * place + n}/20 [00:00<00:01, 24.53it/s, loss=0.{n}41]" for n in range(1, 6)]
        lines += ["\r".join(bars), f"Running evaluation for step: {5 * place + 5}, epoch: {place + 1}"]
        lines += [TABLE.format(train=train, validation=validation, right=RIGHT[place], own=0.1)] * outputs
    return "\n".join(lines)


@pytest.mark.parametrize("outputs", [1, 2])
def test_the_tables_of_its_console_are_the_epochs_and_its_bars_of_steps_are_not(outputs: int) -> None:
    curves = doctor.read_run(printed(outputs).encode()).history()

    assert (curves["loss"], curves["val_loss"]) == (TRAIN, VALIDATION)
    assert curves.get("accuracy") == (RIGHT if outputs == 1 else None)


@pytest.mark.parametrize("name", [".", "api_experiment_run"])
def test_of_its_results_the_statistics_are_read_and_not_the_event_files_below(tmp_path: Path, name: str) -> None:
    run = tmp_path / name
    events = run / "model" / "logs" / "training"
    events.mkdir(parents=True)
    (events / "events.out.tfevents.1").write_bytes(event_file([(5, "combined/epoch_loss", 0.5)]))
    (run / "training_statistics.json").write_text(statistics(), encoding="utf-8")

    assert doctor.read_run(tmp_path).reading.format == "ludwig"
    assert doctor.read(tmp_path)[0]["val_loss"] == VALIDATION


def test_two_runs_in_one_folder_are_asked_for(tmp_path: Path) -> None:
    for name in ("run", "run_0"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "training_statistics.json").write_text(statistics(), encoding="utf-8")

    with pytest.raises(doctor.HistoryError, match="2 runs: 'run', 'run_0'"):
        doctor.read(tmp_path)


def test_evaluations_stand_where_in_training_they_were_made() -> None:
    assert doctor.read_run(statistics(0.5).encode()).axis.tolist() == [0.5, 1.0, 1.5, 2.0]
    assert doctor.read_run(statistics(50, "step").encode()).reading.axis == "step"
