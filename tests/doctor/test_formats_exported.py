"""A regression's errors as its losses, and the table that Aim exports, by hand in the layout of Aim 3.29."""

from __future__ import annotations

import json

import pytest

import doctor
from tests.doctor.test_formats import LOSS, VALIDATION, VALIDATION_ACCURACY, check


@pytest.mark.parametrize("names", [("train_mse", "val_mse"), ("mse", "val_mse"), ("train/rmse", "eval/rmse")])
def test_a_regressions_error_is_the_loss_where_nothing_is_called_so(names: tuple[str, str]) -> None:
    """As a loop around scikit-learn's partial_fit keeps it."""
    run = doctor.read_run(json.dumps({names[0]: [0.7, 0.6, 0.5], names[1]: [0.72, 0.62, 0.55]}).encode())

    assert {series.curve: series.points.values.tolist() for series in run.series} == {
        "loss": [0.7, 0.6, 0.5],
        "val_loss": [0.72, 0.62, 0.55],
    }
    assert run.context == {"task": "regression"}


def test_a_regressions_error_beside_a_loss_is_a_metric() -> None:
    run = doctor.read_run(json.dumps({"loss": [0.7, 0.6], "train_mse": [0.1, 0.2], "val_mse": [0.3, 0.4]}).encode())

    assert [series.column for series in run.series] == ["loss"]
    assert run.context == {}


AIM = "idx,step,value,epoch,time,run.hash,run,metric.name,metric.context.subset"
"""The header of the dataframe that Aim 3.29.1 gives of `query_metrics`, beside the index of pandas."""

VALIDATED = {"val_accuracy": VALIDATION_ACCURACY}


def aim(run: str, losses: list[float]) -> list[str]:
    rows = [
        (name, subset, n) for name, subset in (("acc", "val"), ("loss", "val"), ("loss", "train")) for n in range(4)
    ]
    held = {("acc", "val"): VALIDATION_ACCURACY, ("loss", "val"): VALIDATION, ("loss", "train"): losses}
    when = "2026-11-28 22:24:38.2"
    return [
        f"{n},{n},{n},{held[name, subset][n]},{n}.0,{when},{run},<ObjectFlag>,{name},{subset}"
        for name, subset, n in rows
    ]


def test_the_table_that_aim_exports_is_read_and_each_of_its_runs_has_its_hash() -> None:
    other = [3 * loss for loss in LOSS]
    table = "\n".join(["," + AIM, *aim("9f3f2b", LOSS), *aim("fab852", other)]).encode()

    with pytest.raises(doctor.HistoryError, match="'9f3f2b', 'fab852'"):
        doctor.read(table)
    check(doctor.read_run(table, run="fab"), "long", {"loss": other, "val_loss": VALIDATION} | VALIDATED)


def test_lines_of_two_runs_in_turn_are_told_apart_by_the_runs_name() -> None:
    other = [3 * loss for loss in LOSS]
    pairs = zip(aim("9f3f2b", LOSS), aim("fab852", other), strict=True)
    table = "\n".join(["," + AIM, *(line for pair in pairs for line in pair)]).encode()

    for run, losses in (("9f3f2b", LOSS), ("fab852", other)):
        check(doctor.read_run(table, run=run), "long", {"loss": losses, "val_loss": VALIDATION} | VALIDATED)


def test_one_run_of_aim_needs_no_name() -> None:
    table = "\n".join(["," + AIM, *aim("9f3f2b", LOSS)]).encode()

    check(doctor.read_run(table), "long", {"loss": LOSS, "val_loss": VALIDATION} | VALIDATED)
