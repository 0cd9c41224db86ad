"""Compare what training says is left with what was: `python -m benchmarks.training.left DATA_DIR [more DATA_DIRs]`.

The folders are trained on one after the other, each with a cache that has only the earlier ones' times in it, and every
`about 40 s left` is held against the seconds until the end.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from training import pace

_LEFT = re.compile(r"\(about ([\d.]+) (s|min|h) left\)")
_UNITS = {"s": 1, "min": 60, "h": 3600}


@dataclass(frozen=True)
class Said:
    """What was said at a stage, and what was true, in seconds."""

    stage: str
    predicted: float
    actual: float

    @property
    def is_honest(self) -> bool:
        """Whether it was right within a factor of two."""
        return 0.5 <= self.predicted / self.actual <= 2


def listen(command: list[str]) -> list[Said]:
    """Run a command, and return everything that it said of the time that was left.

    Raises:
        RuntimeError: It failed; the message is what it printed.
    """
    said: list[tuple[str, float, float]] = []
    lines: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            lines.append(line)
            if found := _LEFT.search(line):
                said.append((line.split(" ...")[0], float(found[1]) * _UNITS[found[2]], time.monotonic()))
    if run.returncode:
        raise RuntimeError("".join(lines))
    end = time.monotonic()
    return [Said(stage, predicted, end - at) for stage, predicted, at in said]


def main() -> int:
    """Train, listen, and print a line for each prediction and the share that was right within a factor of two."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.left", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--arguments", nargs=argparse.REMAINDER, default=[], help="more for `python -m training`")
    asked = parser.parse_args()
    found: list[Said] = []
    with tempfile.TemporaryDirectory() as home:
        times = b""
        for number, folder in enumerate(asked.folders):
            cache = Path(home, f"cache{number}")
            cache.mkdir()
            if times:
                (cache / pace.FILE).write_bytes(times)
            places = ["--name", f"run{number}", "--models", f"{home}/models", "--cache", str(cache)]
            run = listen([sys.executable, "-m", "training", str(folder), *places, *asked.arguments])
            times = (cache / pace.FILE).read_bytes()
            found += run
            for one in run:
                print(f"run {number + 1}: {one.stage}: said {one.predicted:.0f} s, were {one.actual:.0f} s", flush=True)
    right = sum(one.is_honest for one in found)
    print(f"{right} of {len(found)} within a factor of two")
    return 0


if __name__ == "__main__":
    sys.exit(main())
