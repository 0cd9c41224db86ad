"""The Markdown that the documentation quotes: the machine, and one table for each picture, of medians over rounds."""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.serving.contestants import SERVICE
from benchmarks.serving.rounds import EXPERT_LIMIT, LIMIT, Measurement

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
    own = {name: _own_limit(name, [one for one in found if one.picture == picture]) or most for name in rows}
    lines = [_row(titles[name], rounds, own[name], sizes[name]) for name, rounds in rows.items() if rounds]
    others = [one for one in found if (one.contestant, one.picture) == (EXPERT_LIMIT, picture)]
    limits = [_limit_row("the limit, without HTTP", most, "1 | 1")]
    if others:
        limits.append(
            _limit_row("the rivals' limit, without HTTP", others, "{:.2f} | {:.2f}".format(*_shares(others, most)))
        )
    for name in (name for name in rows if own[name] is not most):
        model = name.removeprefix(f"{SERVICE.name} ")
        limits.append(_limit_row(f"the limit, {model}", own[name], "{:.2f} | {:.2f}".format(*_shares(own[name], most))))
    return "\n".join([f"A JPEG of {picture} pixels:", "", _HEAD, *limits, *lines, *_verdicts(rows, titles)])


def _own_limit(name: str, found: Sequence[Measurement]) -> list[Measurement]:
    """Return the limit of the model that a service serves, where it is another than the first."""
    if not name.startswith(f"{SERVICE.name} "):
        return []
    return [one for one in found if one.contestant == f"{LIMIT}{name.removeprefix(SERVICE.name)}"]


def _limit_row(title: str, rounds: Sequence[Measurement], shares: str) -> str:
    return f"| {title} | {_median(one.rate for one in rounds):.1f} | {shares} | | | | | | |"


def _shares(rounds: Sequence[Measurement], most: Sequence[Measurement]) -> tuple[float, float]:
    """Return the medians of the shares that are formed within each round, by the clock and by processor time."""
    by_clock = _median(one.rate / other.rate for one, other in zip(rounds, most, strict=False))
    by_processor = _median(other.processor / one.processor for one, other in zip(rounds, most, strict=False))
    return by_clock, by_processor


def _verdicts(rows: Mapping[str, Sequence[Measurement]], titles: Mapping[str, str]) -> list[str]:
    """Return a sentence on the service with each model and the best of the others, compared within each round."""
    services = [name for name, rounds in rows.items() if name.split()[0] == SERVICE.name and rounds]
    others = [rounds for name, rounds in rows.items() if name not in services and rounds]
    said = []
    for name in services if others else []:
        ratios = [_shares(rows[name], other) for other in others]
        by_clock, by_processor = (min(ratio[way] for ratio in ratios) for way in (0, 1))
        times = f"{by_clock:.2f} times the answers of the best of the others by the clock"
        whose = f"{titles[name]}: " if len(services) > 1 else ""
        said += ["", f"{whose}{times}, {by_processor:.2f} times by processor time."]
    return said


def _row(title: str, rounds: Sequence[Measurement], most: Sequence[Measurement], size: int) -> str:
    """Return the row of one contestant."""
    by_clock, by_processor = _shares(rounds, most)
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


def _median(values: Iterable[float | None]) -> float:
    return statistics.median(value for value in values if value is not None)
