"""Runs PyPI packages in an environment of their own: trainproof and training-doctor.

python -m venv rivals && rivals/bin/pip install trainproof==0.22.0 training-doctor==0.1.0
python -m benchmarks.doctor.evaluate runs.jsonl --rivals-python rivals/bin/python
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.doctor.rivals.curves import Verdict

_MEANINGS: dict[str, dict[str, Verdict]] = {
    "trainproof": {
        "TP-NAN": ("diverged",),
        "TP-NO-LOSS": ("diverged",),
        "TP-DIVERGE": ("diverged", "oscillating"),
        "TP-FLAT": ("flat_training", "constant_validation"),
        "TP-DEAD-RUN": ("flat_training", "underfitting", "undertrained", "oscillating", "constant_validation"),
        "TP-OVERFIT": ("overfitting", "distribution_shift", "label_noise"),
    },
    "training_doctor": {
        "Learning rate likely too high": ("oscillating", "diverged", "flat_training"),
        "Learning rate may be too low": ("undertrained", "flat_training"),
        "Training plateau detected": ("flat_training", "underfitting", "label_noise", "imbalance_collapse"),
        "Early training plateau": ("flat_training", "underfitting"),
        "Overfitting detected": ("overfitting", "distribution_shift"),
        "Gradient instability detected": ("oscillating", "diverged"),
    },
}


def verdicts(runs: list[dict[str, Any]], package: str, python: Path) -> list[list[Verdict]] | None:
    """Return the package's verdicts on each run, or None where it cannot be run."""
    worker = Path(__file__).with_name("installed_worker.py")
    lines = "\n".join(json.dumps(run["epochs"]) for run in runs)
    done = subprocess.run([python, worker, package], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    said = [json.loads(line) for line in done.stdout.splitlines()]
    meanings = _MEANINGS[package]
    return [[meanings[word] for word in words if word in meanings] for words in said]
