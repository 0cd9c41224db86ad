from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doctor.cli import main
from tests.doctor import curves_by_hand as by_hand

CONTEXT = ["--n-train", "160", "--n-val", "40", "--batch-size", "16", "--learning-rate", "1e-3", "--optimizer", "adam"]


def write(path: Path, history: dict[str, Any]) -> str:
    path.write_text(json.dumps(history))
    return str(path)


@pytest.mark.parametrize(("make", "code"), [(by_hand.healthy, 0), (by_hand.overfitting, 1), (by_hand.exploding, 1)])
def test_the_exit_code_says_healthy_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[], dict[str, Any]], code: int
) -> None:
    assert main([write(tmp_path / "h.json", make()), *CONTEXT]) == code

    printed = capsys.readouterr().out
    assert "loss" in printed
    assert any(0x2800 <= ord(character) <= 0x28FF for character in printed)


def test_what_cannot_be_read_exits_two_with_one_line_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "nothing.csv")]) == 2

    error = capsys.readouterr().err
    assert error.startswith("doctor: ")
    assert error.count("\n") == 1


def test_json_is_the_diagnosis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([write(tmp_path / "h.json", by_hand.overfitting()), "--json", *CONTEXT])

    printed = json.loads(capsys.readouterr().out)
    assert printed["labels"] == ["overfitting"]
    assert printed["healthy"] is False


def test_facts_given_by_hand_go_before_those_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = {"history": by_hand.healthy(), "context": {"n_val": 40}}
    main([write(tmp_path / "h.json", run), "--json", "--n-val", "8"])

    assert "too_small_validation" in json.loads(capsys.readouterr().out)["labels"]


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    if ending == "png":
        pytest.importorskip("matplotlib")
    picture = tmp_path / f"curves.{ending}"

    main([write(tmp_path / "h.json", by_hand.overfitting()), "--plot", str(picture)])

    assert picture.read_bytes()[:4] in (b"<svg", b"\x89PNG")


@pytest.mark.parametrize("name", ["curves.gif", "missing/curves.svg"])
def test_a_picture_that_cannot_be_written_exits_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([write(tmp_path / "h.json", by_hand.healthy()), "--plot", str(tmp_path / name)]) == 2


def test_many_runs_are_answered_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"epoch": 1, "loss": v} for v in by_hand.healthy()["loss"]]
    lines = [{"id": "a", "epochs": rows, "context": by_hand.CONTEXT}, {"id": "b", "history": by_hand.stale()}]
    path = tmp_path / "runs.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))

    assert main([str(path), "--jsonl"]) == 0

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert answers[1]["labels"] == ["constant_validation"]


def test_a_line_that_holds_no_run_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_text('{"id": 1, "epochs": [{"loss": 0.5}]}\n{"id": 2}\n')

    assert main([str(path), "--jsonl"]) == 2
    assert "Line 2" in capsys.readouterr().err


def test_the_module_runs_and_reads_standard_input() -> None:
    text = json.dumps(by_hand.healthy()).encode()
    done = subprocess.run([sys.executable, "-m", "doctor", "-"], input=text, capture_output=True, check=False)

    assert done.returncode == 0
    assert b"Training went well" in done.stdout


def test_runs_that_were_appended_to_one_file_are_judged_one_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    rows = [f"{n},{value}" for make in (by_hand.exploding, by_hand.healthy) for n, value in enumerate(make()["loss"])]
    path.write_text("\n".join(["epoch,loss", *rows]))

    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    assert "Run 1, by itself: " in printed
    assert "--run 1" in printed
    assert main([str(path), "--run", "1"]) == 1


def test_what_was_read_as_what_is_printed_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.csv"
    path.write_text("epoch,train_loss,auc\n" + "".join(f"{n},{0.7 / (n + 1)},0.5\n" for n in range(9)))
    main([str(path)])
    printed = capsys.readouterr().out

    assert "Read (csv, one point an epoch):" in printed
    assert "train_loss as loss" in printed
    assert "auc (not a loss or an accuracy that is known)" in printed
