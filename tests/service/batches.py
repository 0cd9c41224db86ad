"""Jobs for the tests of batches: images of known answers, commands as a user gives them, and results read back."""

import io
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow.parquet as pq

from tests.service.networks import expected
from tests.service.pictures import picture
from tests.service.running import PATIENCE, ROOT


def probability(level: int) -> float:
    """Return the probability of an image of one brightness, computed by hand."""
    logit, _ = expected(np.full((1, 1, 3), level, np.uint8))
    return 1 / (1 + math.exp(-logit))


def make_images(folder: Path, count: int) -> list[str]:
    """Write images whose brightness is their number, and return their names in order."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:03d}.png" for number in range(count)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(picture(number))
    return names


def make_list(path: Path, names: Sequence[str]) -> Path:
    """Write a CSV list."""
    path.write_text("".join(f"{name}\n" for name in ("path", *names)))
    return path


def command(*arguments: object) -> list[str]:
    """Return the command line of a batch."""
    return [sys.executable, "-m", "service.batch", *map(str, arguments)]


def batch(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a batch to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )


def results(output: object) -> list[dict[str, Any]]:
    """Return all rows of an output, part after part, with whatever Parquet readers make of them."""
    files, root = fsspec.core.url_to_fs(str(output))
    files.invalidate_cache()  # other processes have written since it was listed
    rows: list[dict[str, Any]] = []
    for path in sorted(files.ls(f"{root}/parts", detail=False)):
        rows += pq.read_table(io.BytesIO(files.cat_file(path))).to_pylist()
    return rows


def assert_every_image_once(output: object, names: Sequence[str]) -> None:
    """Check that each image has one row, in order, with the probability computed by hand."""
    rows = results(output)
    assert [row["path"] for row in rows] == list(names)
    for number, row in enumerate(rows):
        assert abs(row["probability"] - probability(number)) < 1e-5, row


def finished(output: Path) -> dict[str, int]:
    """Return the finished parts, and when each was written, in nanoseconds."""
    return {path.name: path.stat().st_mtime_ns for path in output.glob("parts/part-*.parquet")}
