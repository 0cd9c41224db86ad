"""Batches that write CSV: the rows of Parquet, and going on after parts were lost."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pytest

from tests.service.batches import finished, make_images, results
from tests.service.pictures import picture


def rows_of(output: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((output / "parts").iterdir()):
        assert path.suffix == ".csv"
        with path.open(newline="", encoding="utf-8") as file:
            found += csv.DictReader(file)
    return found


def odd_images(folder: Path) -> None:
    make_images(folder, 3)
    for name in ('a, "quoted".png', "line\nfeed.png", "return\ronly.png", "ö é 日本.png", "=1+1.png", "nul.png"):
        (folder / name).write_bytes(picture(200))
    (folder / "text.jpg").write_bytes(b"no image")


def test_csv_has_the_rows_and_values_of_parquet(run_batch: Callable[..., int], tmp_path: Path) -> None:
    odd_images(tmp_path / "images")
    for layout in ("csv", "parquet"):
        assert run_batch(tmp_path / "images", tmp_path / layout, "--format", layout, "--part-size", 4) == 0
    wanted, found = results(tmp_path / "parquet"), rows_of(tmp_path / "csv")
    assert len(found) == len(wanted) == 10
    for row, typed in zip(found, wanted, strict=True):
        assert list(row) == list(typed)
        assert (row["probability"] == "") == (typed["probability"] is None)
        if typed["probability"] is not None:
            assert float(row["probability"]) == typed["probability"]
            assert json.loads(row["probabilities"]) == dict(typed["probabilities"])
            assert (row["uncertain"], row["unfamiliar"]) == tuple(
                str(typed[name]).lower() for name in ("uncertain", "unfamiliar")
            )
        for name in ("path", "label", "error", "code", "model", "version"):
            assert row[name] == (typed[name] or "")


def test_another_reader_finds_the_same_columns_and_types(run_batch: Callable[..., int], tmp_path: Path) -> None:
    odd_images(tmp_path / "images")
    assert run_batch(tmp_path / "images", tmp_path / "out", "--format", "csv") == 0
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    table = pyarrow.csv.read_csv(tmp_path / "out" / "parts" / "part-00000000.csv", parse_options=options)
    assert set(table["path"].to_pylist()) == {path.name for path in (tmp_path / "images").iterdir()}
    assert table.schema.field("uncertain").type == pa.bool_()
    assert table.schema.field("probability").type == pa.float64()
    assert table["unfamiliar"].null_count == 1


def test_csv_goes_on_with_the_same_counts(run_batch: Callable[..., int], tmp_path: Path) -> None:
    odd_images(tmp_path / "images")
    output = tmp_path / "out"
    assert run_batch(tmp_path / "images", output, "--format", "csv", "--part-size", 2) == 0
    before, first = finished_csv(output), json.loads((output / "summary.json").read_text())
    (output / "parts" / "part-00000002.csv").unlink()
    (output / "summary.json").unlink()
    assert run_batch(tmp_path / "images", output) == 0
    after = finished_csv(output)
    assert {name for name in after if after[name] != before[name]} == {"part-00000002.csv"}
    assert sorted(after) == sorted(before)
    again = json.loads((output / "summary.json").read_text())
    assert again == first
    assert again["problems"] == {"not_an_image": 1}
    assert sum(again["labels"].values()) == 9


def finished_csv(output: Path) -> dict[str, int]:
    assert finished(output) == {}
    return {path.name: path.stat().st_mtime_ns for path in output.glob("parts/part-*.csv")}


def test_another_format_than_the_job_was_begun_with_is_refused(
    run_batch: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "images", 2)
    assert run_batch(tmp_path / "images", tmp_path / "out", "--format", "csv") == 0
    assert run_batch(tmp_path / "images", tmp_path / "out", "--format", "parquet") == 1
    assert "was begun with --format csv, not parquet" in capsys.readouterr().err
