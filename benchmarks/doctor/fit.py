"""Fit the doctor's trees to runs made by `make_runs`, and say how well they do on problems they have not seen.

    python -m benchmarks.doctor.fit runs.jsonl --out doctor/trees.json

Every score printed is for runs whose whole family of problems was left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.doctor.dataset import JUDGED, Table, poorer, read_runs, table, training_only
from benchmarks.doctor.learners import Forest, fit
from benchmarks.doctor.report import render
from benchmarks.doctor.thresholds import answers, choose
from doctor.judge import probability

FOLDS = (("blobs",), ("digits", "exclusive_or"), ("clusters", "rings"), ("teacher", "faces", "embedded"))
POORER_SHARE = 0.35


def together(full: Table, poor: Table) -> tuple[Table, npt.NDArray[np.float64]]:
    """Join complete runs and runs of which less is known, the latter with less weight."""
    joined = Table(
        full.names,
        np.concatenate([full.measures, poor.measures]),
        np.concatenate([full.yes, poor.yes]),
        np.concatenate([full.grey, poor.grey]),
        np.concatenate([full.open, poor.open]),
        np.concatenate([full.groups, poor.groups]),
        full.runs + poor.runs,
    )
    return joined, np.concatenate([np.ones(len(full.runs)), np.full(len(poor.runs), 0.3)])


def left_out(data: Table, weights: npt.NDArray[np.float64], full: int, **options: int) -> npt.NDArray[np.float64]:
    """Return probabilities [runs, labels] for the first `full` runs, each from a fit without its family."""
    probabilities = np.full((full, len(JUDGED)), np.nan)
    for fold in FOLDS:
        held = np.isin(data.groups, fold)
        forests = fit(_chosen(data, ~held), weights[~held], **options)
        for row in np.flatnonzero(held[:full]):
            probabilities[row] = evaluate(forests, data.names, data.measures[row])
    return probabilities


def evaluate(forests: dict[str, Forest], names: tuple[str, ...], row: npt.NDArray[np.float64]) -> list[float]:
    """Return the probability of each label for one row of measures."""
    measures = dict(zip(names, row.tolist(), strict=True))
    return [probability(forests[label], measures) if label in forests else 0.0 for label in JUDGED]


def _chosen(data: Table, rows: npt.NDArray[np.bool_]) -> Table:
    return Table(
        data.names,
        data.measures[rows],
        data.yes[rows],
        data.grey[rows],
        data.open[rows],
        data.groups[rows],
        [run for run, kept in zip(data.runs, rows, strict=True) if kept],
    )


def learn(runs: list[dict[str, Any]], title: str, **sizes: int) -> dict[str, Any]:
    """Fit trees and thresholds, print how well they do on left-out families, and return both for the doctor."""
    rng = np.random.default_rng(0)
    full = table(runs)
    poor = table(poorer(run, rng) for run in runs if rng.random() < POORER_SHARE)
    data, weights = together(full, poor)
    probabilities = left_out(data, weights, len(full.runs), **sizes)
    thresholds = choose(full, probabilities)
    print(render(title, answers(full, probabilities, thresholds)), flush=True)
    forests = fit(data, weights, **sizes)
    return {"thresholds": {label: thresholds[label] for label in forests}, "forests": forests}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="JSON lines made by make_runs")
    parser.add_argument("--out", type=Path, help="where to write the trees; without it, only scores are printed")
    parser.add_argument("--trees", type=int, default=70)
    parser.add_argument("--leaves", type=int, default=7)
    options = parser.parse_args()
    runs = [run for path in options.runs for run in read_runs(path)]
    sizes = {"trees": options.trees, "leaves": options.leaves}
    learned = {
        "validation": learn(runs, "left-out families of problems", **sizes),
        "training": learn([training_only(run) for run in runs], "the same without validation", **sizes),
    }
    if options.out:
        options.out.write_text(json.dumps(learned, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
