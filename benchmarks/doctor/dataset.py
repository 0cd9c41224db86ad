"""Runs as a table of measures and labels, for fitting and for evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from doctor.case import Case
from doctor.context import Context
from doctor.curves import load
from doctor.diagnosis import checkable
from doctor.findings import LABELS
from doctor.symptoms import JUDGED as SYMPTOMS

JUDGED = tuple(label for label in LABELS if label != "too_small_validation")
NEED_VALIDATION = {symptom.name for symptom in SYMPTOMS if {"val_loss", "n_val"} & set(symptom.needs)}


@dataclass(frozen=True)
class Table:
    """Measures [runs, measures]; `yes` and `grey` [runs, labels] say what each run is and what does not count.

    `open` [runs, labels] says what the doctor's own conditions leave for the trees to judge.
    """

    names: tuple[str, ...]
    measures: npt.NDArray[np.float64]
    yes: npt.NDArray[np.bool_]
    grey: npt.NDArray[np.bool_]
    open: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.str_]
    runs: list[dict[str, Any]]


def read_runs(path: Path) -> list[dict[str, Any]]:
    """Read runs in the form of the examples, one a line."""
    with path.open() as lines:
        return [json.loads(line) for line in lines if line.strip()]


def table(runs: Iterable[dict[str, Any]]) -> Table:
    """Measure runs."""
    runs = list(runs)
    cases = [Case.of(load(run["epochs"]), Context.of(run["context"])) for run in runs]
    names = tuple(cases[0].measures)
    return Table(
        names=names,
        measures=np.array([[case[name] for name in names] for case in cases]),
        yes=np.array([[label in run["labels"] for label in JUDGED] for run in runs]),
        grey=np.array([[label in run["tolerated"] for label in JUDGED] for run in runs]),
        open=np.array([[label in checkable(case) for label in JUDGED] for case in cases]),
        groups=np.array([run.get("problem", "unknown") for run in runs]),
        runs=runs,
    )


def poorer(run: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the run with less known of it: a doctor must also work without a context, or without accuracy."""
    context = Context.of(run["context"])
    kept = {field.name: getattr(context, field.name) for field in fields(Context) if rng.random() < 0.5}
    thinner = replace(Context(), **kept)
    known = {name: value for name, value in vars(thinner).items() if value is not None}
    dropped = {"accuracy", "val_accuracy"} if rng.random() < 0.5 else set()
    epochs = [{name: value for name, value in row.items() if name not in dropped} for row in run["epochs"]]
    return run | {"epochs": epochs, "context": known}


def training_only(run: dict[str, Any]) -> dict[str, Any]:
    """Return the run without validation; what only validation shows is then no fault of the training curves.

    A run that merely overfits, or is shifted, looks healthy by its training curves and is to be called so; whether one
    with wrong labels, or with validation that stands still, should be, is left open.
    """
    epochs = [{name: value for name, value in row.items() if not name.startswith("val_")} for row in run["epochs"]]
    context = {name: value for name, value in run["context"].items() if name not in ("n_val", "class_counts_val")}
    labels = [label for label in run["labels"] if label not in NEED_VALIDATION]
    tolerated = [label for label in run["tolerated"] if label not in NEED_VALIDATION]
    if not labels and set(run["labels"]) <= {"overfitting", "distribution_shift", "too_small_validation"}:
        labels = ["healthy"]
    elif not labels:
        tolerated.append("healthy")
    return run | {"epochs": epochs, "context": context, "labels": labels, "tolerated": tolerated}
