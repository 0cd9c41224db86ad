"""What needs no network that Keras trains is trained, compared and published without it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_transfer_learning_is_trained_and_published_without_tensorflow(tmp_path: Path) -> None:
    """A stand-in for each package, first on the path, fails when it is imported."""
    for package in ("keras", "tensorflow", "tf2onnx"):
        (tmp_path / f"{package}.py").write_text(f"raise SystemExit('{package} was imported')")
    asked = ["--strategy", "pretrained", "--repeats", "1", "--no-cache", "--models", str(tmp_path / "models")]
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    command = [sys.executable, "-m", "training", *asked]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "models" / "default" / "1" / "model.onnx").exists()
