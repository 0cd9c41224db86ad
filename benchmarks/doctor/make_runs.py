"""Make labelled training runs by really training small networks, with and without faults.

    python -m benchmarks.doctor.make_runs --runs 3000 --seed 1 --out runs.jsonl

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
from benchmarks.doctor.labels import label
from benchmarks.doctor.network import Network
from benchmarks.doctor.plans import Data, Plan, rows_of


def make(seed: int, only: str | None = None) -> dict[str, Any] | None:
    """Make the run of one seed; None where it lies in a grey zone or its data cannot be drawn."""
    rng = np.random.default_rng(seed)
    weights = np.array([weight for _, weight in CAUSES.values()])
    cause = only or str(rng.choice(list(CAUSES), p=weights / weights.sum()))
    plan = CAUSES[cause][0](rng)
    try:
        data = rows_of(plan, rng)
    except ValueError:
        return None
    run = train_as_planned(plan, data, seed)
    seen = {name: finite(values) for name, values in run.seen.items()}
    with np.errstate(all="ignore"):
        labels, tolerated = label(Truth(_as_made(plan, run), run, data, seed))
    if not labels or labels == ["too_small_validation"]:
        return None
    rows = [
        {"epoch": number, **dict(zip(seen, values, strict=True))}
        for number, values in enumerate(zip(*(v[: len(seen["loss"])] for v in seen.values()), strict=True), 1)
    ]
    context = _context(plan, data, run)
    return {
        "id": f"run{seed}",
        "epochs": rows,
        "context": context,
        "labels": labels,
        "tolerated": tolerated,
        "cause": cause,
        "problem": plan.problem.name,
    }


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
    counts = {name: [int(np.sum(rows[1] == c)) for c in (0, 1)] for name, rows in _named(data).items()}
    return {
        "n_train": len(data.train[1]),
        "n_val": len(data.validation[1]),
        "class_counts_train": counts["train"],
        "class_counts_val": counts["validation"],
        "batch_size": plan.settings.batch_size,
        "learning_rate": plan.settings.learning_rate,
        "optimizer": plan.settings.optimizer,
        "parameters": run.network.parameters,
    }


def _named(data: Data) -> dict[str, Any]:
    return {"train": data.train, "validation": data.validation}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3000, help="runs to try; grey ones are left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cause", choices=list(CAUSES), help="make runs of one cause only")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    seeds = [options.seed * 1_000_000 + number for number in range(options.runs)]
    kept = 0
    with ProcessPoolExecutor(options.workers) as pool, options.out.open("w") as out:
        for made in pool.map(make, seeds, [options.cause] * len(seeds), chunksize=8):
            if made is not None:
                kept += 1
                out.write(json.dumps(made, allow_nan=False) + "\n")
    print(f"{kept} of {len(seeds)} runs kept in {options.out}")


if __name__ == "__main__":
    main()
