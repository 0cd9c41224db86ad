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
from doctor.findings import LABELS

JUDGED = tuple(label for label in LABELS if label != "too_small_validation")


@dataclass(frozen=True)
class Table:
    """Measures [runs, measures]; `yes` and `grey` [runs, labels] say what each run is and what does not count."""

    names: tuple[str, ...]
    measures: npt.NDArray[np.float64]
    yes: npt.NDArray[np.bool_]
    grey: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.str_]
    runs: list[dict[str, Any]]


def read_runs(path: Path) -> list[dict[str, Any]]:
    """Read runs in the form of the examples, one a line."""
    with path.open() as lines:
        return [json.loads(line) for line in lines if line.strip()]


def table(runs: Iterable[dict[str, Any]]) -> Table:
    """Measure runs."""
    runs = list(runs)
    rows = [measures(run["epochs"], run["context"]) for run in runs]
    names = tuple(rows[0])
    return Table(
        names=names,
        measures=np.array([[row[name] for name in names] for row in rows]),
        yes=np.array([[label in run["labels"] for label in JUDGED] for run in runs]),
        grey=np.array([[label in run["tolerated"] for label in JUDGED] for run in runs]),
        groups=np.array([run.get("problem", "unknown") for run in runs]),
        runs=runs,
    )


def measures(epochs: list[dict[str, Any]], context: dict[str, Any]) -> dict[str, float]:
    """Return every measure of one run."""
    return dict(Case.of(load(epochs), Context.of(context)).measures)


def poorer(run: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the run with less known of it: a doctor must also work without a context, or without accuracy."""
    context = Context.of(run["context"])
    kept = {field.name: getattr(context, field.name) for field in fields(Context) if rng.random() < 0.5}
    thinner = replace(Context(), **kept)
    known = {name: value for name, value in vars(thinner).items() if value is not None}
    dropped = {"accuracy", "val_accuracy"} if rng.random() < 0.5 else set()
    epochs = [{name: value for name, value in row.items() if name not in dropped} for row in run["epochs"]]
    return run | {"epochs": epochs, "context": known}
