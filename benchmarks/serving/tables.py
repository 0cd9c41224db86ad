"""The Markdown that the documentation quotes: the machine, and one table for each picture, of medians over rounds."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.serving.rounds import LIMIT, Measurement

_HEAD = (
    "| server | requests/s | of the limit | by processor time | p50 ms | p99 ms | failed | MB a worker | "
    "first answer s | installed MB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def machine() -> str:
    """Describe the machine and the Python in a sentence."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.processor()
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def render(found: Sequence[Measurement], titles: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """Return the tables.

    Args:
        found: The measurements of all rounds.
        titles: The contestants' titles by name, in the order of the rows.
        sizes: What their environments take on disk, in bytes.
    """
    pictures = dict.fromkeys(one.picture for one in found)
    return "\n\n".join(_table(picture, found, titles, sizes) for picture in pictures) + "\n"


def encode(found: Sequence[Measurement], absent: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """Return everything that was measured, round by round, as JSON."""
    document = {"machine": machine(), "measurements": [asdict(one) for one in found], "absent": absent}
    return json.dumps({**document, "installed_bytes": sizes}, indent=1, allow_nan=False) + "\n"


def _table(picture: str, found: Sequence[Measurement], titles: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    rows = {name: [one for one in found if (one.contestant, one.picture) == (name, picture)] for name in titles}
    most = [one for one in found if (one.contestant, one.picture) == (LIMIT, picture)]
    lines = [_row(titles[name], rounds, most, sizes[name]) for name, rounds in rows.items() if rounds]
    return "\n".join([f"A JPEG of {picture} pixels:", "", _HEAD, _limit_row(most), *lines])


def _limit_row(most: Sequence[Measurement]) -> str:
    return f"| the limit, without HTTP | {_median(one.rate for one in most):.1f} | 1 | 1 | | | | | | |"


def _row(title: str, rounds: Sequence[Measurement], most: Sequence[Measurement], size: int) -> str:
    """Return the row of one contestant; shares of the limit are formed within each round, then their median taken."""
    by_clock = _median(one.rate / other.rate for one, other in zip(rounds, most, strict=False))
    by_processor = _median(other.processor / one.processor for one, other in zip(rounds, most, strict=False))
    p50, p99 = (_median(getattr(one, name) for one in rounds) for name in ("p50", "p99"))
    cells = [
        title,
        f"{_median(one.rate for one in rounds):.1f}",
        f"{by_clock:.2f}",
        f"{by_processor:.2f}",
        f"{1e3 * p50:.1f}",
        f"{1e3 * p99:.1f}",
        str(sum(one.failed or 0 for one in rounds)),
        f"{_median(one.memory for one in rounds) / 1e6:.0f}",
        f"{_median(one.start_seconds for one in rounds):.1f}",
        f"{size / 1e6:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _median(values: object) -> float:
    return statistics.median(values)  # type: ignore[arg-type]
