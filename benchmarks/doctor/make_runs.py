"""Make labelled training runs by really training small networks, with and without faults.

    python -m benchmarks.doctor.make_runs --runs 3000 --seed 1 --out runs.jsonl
    python -m benchmarks.doctor.make_runs --runs 900 --seed 1 --kind classes --out classes.jsonl

Each line has the form of the examples: id, epochs, context, labels, tolerated, cause. Runs that lie in a grey zone
altogether are left out.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.doctor.cause_table import CAUSES
from benchmarks.doctor.confirm import Truth
from benchmarks.doctor.fitting import Run, finite, start, train
from benchmarks.doctor.kinds import KINDS, OF_CLASSES_ONLY, OF_TWO_CLASSES_ONLY, recast
from benchmarks.doctor.labels import label
from benchmarks.doctor.network import Network
from benchmarks.doctor.plans import Data, Plan, rows_of

NOT_OF_OTHER_LOSSES = ("underfitting", "label_noise", "distribution_shift", "imbalance_collapse")
"""Labels that cannot be told where the cost of guessing is not known: they are tolerated there."""


def make(seed: int, only: str | None = None, kind: str = "binary", held_out: bool = False) -> dict[str, Any] | None:
    """Make the run of one seed; None where it lies in a grey zone, its data cannot be drawn or no such kind has it."""
    truth = trained(seed, only, kind, held_out)
    return None if truth is None else told(truth, kind)


def trained(seed: int, only: str | None = None, kind: str = "binary", held_out: bool = False) -> Truth | None:
    """Train the run of one seed; None where its data cannot be drawn or no such kind has its cause."""
    rng = np.random.default_rng(seed)
    weights = np.array([weight for _, weight in CAUSES.values()])
    cause = only or str(rng.choice(list(CAUSES), p=weights / weights.sum()))
    plan = CAUSES[cause][0](rng)
    if kind != "binary":
        if cause in OF_TWO_CLASSES_ONLY or (kind != "classes" and cause in OF_CLASSES_ONLY):
            return None
        plan = recast(plan, kind, rng, held_out)
    try:
        data = rows_of(plan, rng)
    except ValueError:
        return None
    run = train_as_planned(plan, data, seed)
    return Truth(_as_made(plan, run), run, data, seed)


def told(truth: Truth, kind: str) -> dict[str, Any] | None:
    """Write down what a doctor sees of a run, and its labels; None where it lies in a grey zone."""
    plan, run = truth.plan, truth.run
    classes = plan.settings.head in ("binary", "classes")
    seen = {name: finite(values) for name, values in run.seen.items() if classes or "accuracy" not in name}
    with np.errstate(all="ignore"):
        labels, tolerated = label(truth)
    if not classes:
        labels, tolerated = _without_guessing(seen["loss"], labels, tolerated)
    if not labels or labels == ["too_small_validation"]:
        return None
    columns = (values[: len(truth.loss)] for values in seen.values())
    rows = enumerate(zip(*columns, strict=True), 1)
    return {
        "id": f"run{truth.seed}",
        "epochs": [{"epoch": number, **dict(zip(seen, values, strict=True))} for number, values in rows],
        "context": _context(plan, truth.data, run),
        "labels": labels,
        "tolerated": tolerated,
        "cause": plan.cause,
        "problem": plan.problem.name,
        "task": f"{plan.settings.outputs}-class" if kind == "classes" else kind,
    }


def _without_guessing(loss: list[float | None], labels: list[str], tolerated: list[str]) -> tuple[list[str], list[str]]:
    """Leave open what cannot be told where the cost of guessing is not known."""
    first, last = loss[0], loss[-1]
    if "diverged" not in labels and first is not None and last is not None and last < 0.9 * first:
        tolerated = tolerated + [label for label in labels if label in ("flat_training", "constant_validation")]
    tolerated = tolerated + [label for label in labels if label in NOT_OF_OTHER_LOSSES]
    return [label for label in labels if label not in tolerated], tolerated


def train_as_planned(plan: Plan, data: Data, seed: int) -> Run:
    """Train the planned number of epochs, or until validation loss no longer improves."""
    run = start(plan.settings, (data.train, data.validation, data.test), seed)
    if plan.stale:
        run.stale = Network(data.train[0].shape[1], plan.settings, np.random.default_rng(seed + 1))
    if plan.patience is None:
        return train(run, plan.epochs)
    while len(run.seen["loss"]) < plan.epochs:
        train(run, 1)
        losses = run.seen["val_loss"]
        if len(losses) - 1 - int(np.argmin(losses)) >= plan.patience:
            break
    return run


def _as_made(plan: Plan, run: Run) -> Plan:
    return replace(plan, epochs=len(run.seen["loss"]))


def _context(plan: Plan, data: Data, run: Run) -> dict[str, Any]:
    context = {
        "n_train": len(data.train[1]),
        "n_val": len(data.validation[1]),
        "batch_size": plan.settings.batch_size,
        "learning_rate": plan.settings.learning_rate,
        "optimizer": plan.settings.optimizer,
        "parameters": run.network.parameters,
    }
    if plan.settings.head not in ("binary", "classes"):
        return context
    classes = range(max(2, plan.settings.outputs))
    rows = {"class_counts_train": data.train, "class_counts_val": data.validation}
    return context | {name: [int(np.sum(y == number)) for number in classes] for name, (_, y) in rows.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3000, help="runs to try; grey ones are left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first run of this seed")
    parser.add_argument("--cause", choices=list(CAUSES), help="make runs of one cause only")
    parser.add_argument("--kind", choices=KINDS, default="binary", help="kind of task")
    parser.add_argument("--held-out", action="store_true", help="problems that no fit sees, one more hidden layer")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    seeds = [options.seed * 1_000_000 + options.first + number for number in range(options.runs)]
    kept = 0
    with ProcessPoolExecutor(options.workers) as pool, options.out.open("w") as out:
        every = ([value] * len(seeds) for value in (options.cause, options.kind, options.held_out))
        for made in pool.map(make, seeds, *every, chunksize=8):
            if made is not None:
                kept += 1
                out.write(json.dumps(made, allow_nan=False) + "\n")
    print(f"{kept} of {len(seeds)} runs kept in {options.out}")


if __name__ == "__main__":
    main()
