"""Fit the doctor's trees to runs made by `make_runs`, and say how well they do on problems they have not seen.

    python -m benchmarks.doctor.fit runs.jsonl classes.jsonl others.jsonl --out doctor/trees.json

There are four sets of trees: two classes with `validation`, `training` curves alone, more `classes` (which learn from
runs of two as well, with less weight), and `other` losses. A set that is not asked for stays as in `--keep`. Every
score printed is for runs whose whole family of problems was left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.doctor.dataset import JUDGED, Table, poorer, read_runs, table, training_only
from benchmarks.doctor.evaluate import kind_of
from benchmarks.doctor.learners import Forest, averaged, compact, expanded, fit
from benchmarks.doctor.report import render
from benchmarks.doctor.thresholds import answers, choose
from doctor.judge import probability

FOLDS = (("blobs",), ("digits", "exclusive_or"), ("clusters", "rings"), ("teacher", "faces", "embedded"))
SETS = ("validation", "training", "classes", "other")
POORER_SHARE = 0.35
OF_TWO = 0.3
"""Weight of a run of two classes where more are learned."""
Floats = npt.NDArray[np.float64]


def together(full: Table, poor: Table) -> tuple[Table, Floats]:
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


def families(groups: npt.NDArray[np.str_]) -> list[npt.NDArray[np.bool_]]:
    """Return for each fold which rows are held out: whole families of problems."""
    known = {family for fold in FOLDS for family in fold}
    others = [(family,) for family in np.unique(groups) if family not in known]
    masks = [np.isin(groups, fold) for fold in (*FOLDS, *others)]
    return [mask for mask in masks if mask.any()]


def at_random(data: Table, folds: int = 5) -> list[npt.NDArray[np.bool_]]:
    """Return for each fold which rows are held out: every fifth run, in whatever form it is there."""
    ids = np.array([str(run["id"]) + str(run.get("task")) for run in data.runs])
    place = {name: number % folds for number, name in enumerate(dict.fromkeys(ids.tolist()))}
    return [np.array([place[name] == fold for name in ids.tolist()]) for fold in range(folds)]


def left_out(data: Table, weights: Floats, full: int, held_out: list[npt.NDArray[np.bool_]], **options: int) -> Floats:
    """Return probabilities [runs, labels] for the first `full` runs, each from a fit without its fold."""
    probabilities = np.full((full, len(JUDGED)), np.nan)
    for held in held_out:
        if not held[:full].any():
            continue
        forests = fit(_chosen(data, ~held), weights[~held], **options)
        for row in np.flatnonzero(held[:full]):
            probabilities[row] = evaluate(forests, data.measures[row])
    return probabilities


def evaluate(forests: dict[str, Forest], row: Floats) -> list[float]:
    """Return the probability of each label for one row of measures."""
    measures = row.tolist()
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


def learn(
    runs: list[dict[str, Any]], title: str, of_two: Sequence[dict[str, Any]] = (), **sizes: int
) -> dict[str, Any]:
    """Fit trees and thresholds, print how well they do on left-out families, and return both for the doctor."""
    rng = np.random.default_rng(0)
    full = table(runs)
    poor = [poorer(run, rng) for run in runs if rng.random() < POORER_SHARE]
    data, weights = together(full, table([*poor, *of_two]))
    weights[len(full.runs) + len(poor) :] = OF_TWO
    probabilities = left_out(data, weights, len(full.runs), families(data.groups), **sizes)
    few = len(np.unique(full.groups)) < len(FOLDS) + 2  # families so few that each is much of what there is to learn
    seen = left_out(data, weights, len(full.runs), at_random(data), **sizes) if few else probabilities
    thresholds = choose(full, seen)
    print(render(title, answers(full, probabilities, thresholds)), flush=True)
    forests = fit(data, weights, **sizes)
    return {"thresholds": {label: thresholds[label] for label in forests}, "forests": forests}


def learn_all(runs: list[dict[str, Any]], wanted: Sequence[str] = SETS, **sizes: int) -> dict[str, Any]:
    """Fit each set that is wanted and for which there are runs."""
    kinds: dict[str, list[dict[str, Any]]] = {"two classes": [], "more classes": [], "other losses": []}
    for run in runs:
        kinds[kind_of(run)].append(run)
    two, more, others = kinds.values()
    told = {
        "validation": (two, "left-out families of problems", ()),
        "training": ([training_only(run) for run in two], "the same without validation", ()),
        "classes": (more, "more classes, left-out families of problems", two),
        "other": (others, "other losses, left-out kinds of problems", ()),
    }
    chosen = {name: given for name, given in told.items() if name in wanted and given[0]}
    return {name: learn(some, title, of_two, **sizes) for name, (some, title, of_two) in chosen.items()}


def mixed(learned: dict[str, Any], kept: dict[str, Any] | None) -> dict[str, Any]:
    """Average each forest that was learned with the one that was kept, where there is one; thresholds stay."""
    if kept is None:
        return learned
    old = kept["forests"]
    new = {
        label: averaged(forest, old[label]) if label in old else forest for label, forest in learned["forests"].items()
    }
    thresholds = {label: least for label, least in learned["thresholds"].items() if label not in old}
    return {"thresholds": kept["thresholds"] | thresholds, "forests": old | new}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="JSON lines made by make_runs")
    parser.add_argument("--out", type=Path, help="where to write the trees; without it, only scores are printed")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="which sets to learn")
    parser.add_argument("--keep", type=Path, help="trees of which the sets that are not learned anew are kept")
    parser.add_argument("--average", action="store_true", help="average what is learned with what --keep holds of it")
    parser.add_argument("--trees", type=int, default=70)
    parser.add_argument("--leaves", type=int, default=7)
    options = parser.parse_args()
    if options.average and not (options.keep and options.out):
        parser.error("--average needs --keep TREES, to average with, and --out TREES, to write the result to")
    runs = [run for path in options.runs for run in read_runs(path)]
    learned = learn_all(runs, options.sets, trees=options.trees, leaves=options.leaves)
    if options.out:
        names = table(runs[:1]).names
        kept = expanded(json.loads(options.keep.read_text()), names) if options.keep else {}
        if options.average:
            learned = {name: mixed(part, kept.get(name)) for name, part in learned.items()}
        options.out.write_text(json.dumps(compact(kept | learned, names), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
