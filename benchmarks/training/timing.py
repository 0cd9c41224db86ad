"""One training run in a process of its own: its time, its peak of memory, and the time of each stage."""

import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_STAGE = re.compile(r"(.*) \.\.\.(?: \(about .* left\))?")
"""The line of a stage where standard error is no terminal."""


@dataclass(frozen=True)
class Run:
    """What a run took.

    Attributes:
        images: Training images.
        warm: Whether an earlier run had left its features in the cache.
        seconds: By the clock, with the start of Python and TensorFlow.
        processor: Seconds of the processor, all cores together, which other work on the machine hardly changes.
        megabytes: Largest resident memory, in 10^6 bytes.
        stages: Seconds of each stage, by its title.
    """

    images: int
    warm: bool
    seconds: float
    processor: float
    megabytes: float
    stages: dict[str, float]


def run(images: int, warm: bool, arguments: Iterable[str], home: Path) -> Run:
    """Train with the arguments of `python -m training`, publishing and caching below `home`.

    Raises:
        RuntimeError: Training failed; the message is what it printed.
    """
    places = ["--models", str(home / "models"), "--cache", str(home / "cache")]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "training", *arguments, *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    lines = [(time.perf_counter() - start, line.rstrip("\n")) for line in process.stderr]
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("\n".join(line for _, line in lines))
    processor = usage.ru_utime + usage.ru_stime
    return Run(images, warm, seconds, processor, usage.ru_maxrss * 1024 / 1e6, stages_of(lines, seconds))


def stages_of(lines: Iterable[tuple[float, str]], end: float) -> dict[str, float]:
    """Return the seconds of each stage, from the moments at which each line was printed; a stage ends with the next."""
    starts = [(moment, found[1]) for moment, line in lines if (found := _STAGE.fullmatch(line))]
    ends = [moment for moment, _ in starts[1:]] + [end]
    seconds: dict[str, float] = defaultdict(float)
    for (start, title), until in zip(starts, ends, strict=False):
        seconds[title] += until - start
    return dict(seconds)
