"""Install each library in an environment of its own, let it log a tiny run, and compare.

`python -m benchmarks.doctor.logs` takes all, `python -m benchmarks.doctor.logs mlflow sacred` these; `--keep FOLDER`
keeps environments and logs for the next time. Exit code 1 where a value that was read is not the value that was logged.
Those that need torch, whose package brings gigabytes of CUDA, are taken where they are named.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import doctor

WRITERS = Path(__file__).with_name("writers")
PACKAGES = {
    "catboost": ("catboost==1.2.10",),
    "clearml": ("clearml==2.1.12", "setuptools==80.9.0"),
    "dvclive": ("dvclive==3.49.1",),
    "lightgbm": ("lightgbm==4.7.0", "scikit-learn==1.9.1"),
    "mlflow": ("mlflow-skinny==3.17.2", "sqlalchemy==2.1.9", "alembic==1.20.1"),
    "paddle": ("visualdl==2.5.3", "setuptools==80.9.0"),
    "sacred": ("sacred==0.8.7", "setuptools==80.9.0"),
    "sklearn": ("scikit-learn==1.9.1",),
    "spacy": ("spacy==3.8.18",),
    "tensorboardx": ("tensorboardX==2.6.5",),
    "trackio": ("trackio==0.43.0",),
    "wandb": ("wandb==0.31.0",),
    "xgboost": ("xgboost-cpu==3.2.0", "scikit-learn==1.9.1"),
}
"""Writer -> what it needs."""
TORCH = {
    "lightning": ("torch==2.7.0", "lightning==2.6.6", "tensorboard==2.21.0"),
    "skorch": ("torch==2.7.0", "skorch==1.4.0"),
    "transformers": ("torch==2.7.0", "transformers==5.24.0", "accelerate==1.15.0"),
}
"""Writers that are run only where they are named."""
_QUIET = {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "CLEARML_OFFLINE_MODE": "1", "HF_HUB_OFFLINE": "1"}
_QUIET |= {"MLFLOW_ALLOW_FILE_STORE": "true", "DVC_NO_ANALYTICS": "1", "TRACKIO_DIR": "trackio"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor.logs", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*PACKAGES, *TORCH, []], help="libraries; if left out all without torch"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where environments and logs stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = [
            name for name in options.names or PACKAGES if not check(name, (options.keep or Path(folder)).resolve())
        ]
    print(f"wrong or not run: {', '.join(wrong)}" if wrong else "every value read is the value logged")
    return int(bool(wrong))


def check(name: str, folder: Path) -> bool:
    """Let one library write its logs, and compare each."""
    python, home = environment(name, folder), folder / f"{name}-log"
    home.mkdir(exist_ok=True)
    if not (home / "truth.json").exists():
        variables = {**os.environ, **_QUIET, "PYTHONPATH": str(WRITERS.parents[3]), "HOME": str(home)}
        command = [python, WRITERS / f"{name}_run.py"]
        done = subprocess.run(
            command, cwd=home, env=variables, capture_output=True, text=True, timeout=600, check=False
        )
        if done.returncode:
            print(f"{name}: did not run: {done.stderr.strip()[-300:]}")
            return False
    truths = json.loads((home / "truth.json").read_text())
    found = [(truth, list(differences(home / truth["log"], truth["curves"]))) for truth in truths]
    for truth, differing in found:
        print(f"{name:12} {truth['log'][:50]:50} {'right' if not differing else '; '.join(differing)[:200]}")
    return not any(differing for _, differing in found)


def environment(name: str, folder: Path) -> Path:
    """Make the library's environment, and return its interpreter."""
    python = folder / f"{name}-env" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *(PACKAGES | TORCH)[name]], check=True, stderr=subprocess.DEVNULL)
    return python


def differences(log: Path, curves: dict[str, list[Any]]) -> Iterator[str]:
    """Say where what is read differs from what was logged; None stands for a value that is not finite, "" for none."""
    try:
        run = doctor.read_run(log)
    except doctor.HistoryError as error:
        yield f"refused: {error}"
        return
    for curve in sorted({series.curve for series in run.series} ^ set(curves)):
        yield f"{curve} is {'missing' if curve in curves else 'not in the log'}"
    for curve, expected in curves.items():
        points = run.points(curve)
        if points is None:
            continue
        values = zip(points.values.tolist(), points.written.tolist(), strict=True)
        read = [(value if math.isfinite(value) else None) if written else "" for value, written in values]
        same = len(read) == len(expected) and all(map(close, read, expected))
        if not same:
            yield f"{curve}: {expected[:4]} was read as {read[:4]}"


def close(one: float | str | None, other: float | str | None) -> bool:
    """Compare to the digits that a library writes."""
    if not isinstance(one, float) or not isinstance(other, (int, float)):
        return one == other
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)


if __name__ == "__main__":
    sys.exit(main())
