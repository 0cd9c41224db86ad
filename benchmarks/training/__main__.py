"""Run training at each number of images and print what it took; see the package's documentation."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.training import digits, plot, timing
from benchmarks.training.timing import Run
from training.errors import TrainingError
from training.reading.example import N_TRAIN

SIZES = (100, 300, 1000, 3000, 10_000)
EXAMPLE = sum(N_TRAIN.values())


def main() -> int:
    """Measure, print, and draw."""
    asked = _parse()
    runs = [Run(**json.loads(line)) for line in _read_lines(asked.log)]
    try:
        for run in _measure(asked.folder, asked.sizes, asked.arguments, asked.cold):
            runs.append(run)
            print(f"{run.images} images, {'warm' if run.warm else 'cold'}: {run.seconds:.0f} s", file=sys.stderr)
            if asked.log:
                with asked.log.open("a") as file:
                    file.write(json.dumps(asdict(run)) + "\n")
    except (TrainingError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    runs = list({(run.images, run.warm): run for run in runs}.values())  # of a size measured again, the last
    runs.sort(key=lambda run: (run.images, run.warm))
    print("\n".join(table(runs)))
    print("\n".join(stages(runs)))
    if asked.plot:
        asked.plot.write_text(plot.draw(runs), encoding="utf-8")
    return 0


def table(runs: list[Run]) -> list[str]:
    """Return the time and memory of each size as lines of Markdown, with a column for cached features if any were."""
    cached = any(run.warm for run in runs)
    heads = ["images", "seconds", "of the processor", *["the same, features cached"] * cached, "peak memory, MB"]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for images in dict.fromkeys(run.images for run in runs):
        own = {run.warm: run for run in runs if run.images == images}
        clock = f"{own[False].seconds:.0f}" if False in own else ""
        times = [f"{own[warm].processor:.0f}" if warm in own else "" for warm in (False, True)[: 1 + cached]]
        lines.append(_row([f"{images:,}", clock, *times, f"{max(run.megabytes for run in own.values()):,.0f}"]))
    return lines


def stages(runs: list[Run]) -> list[str]:
    """Return the seconds of each stage, size by size, with an empty cache, as lines of Markdown; without the quick."""
    cold = [run for run in runs if not run.warm]
    titles = dict.fromkeys(title for run in cold for title in run.stages)
    lines = ["", _row(["stage", *(f"{run.images:,}" for run in cold)]), _row(["---"] * (len(cold) + 1))]
    for title in titles:
        seconds = [run.stages.get(title) for run in cold]  # of the candidates, one is chosen and fitted on all images
        if max(one or 0.0 for one in seconds) >= 1:
            lines.append(_row([title, *("" if one is None else f"{one:.1f}" for one in seconds)]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _measure(folder: Path | None, sizes: list[int], arguments: list[str], cold: bool) -> Iterator[Run]:
    """Yield a run with an empty cache and, unless only `cold` ones are wanted, one with what it left, for each size."""
    available = digits.load(folder)
    for images in sizes:
        if images > len(available.labels):
            print(f"{available.source}: no {images:,} images, so this size is left out.", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            if images != EXAMPLE:
                digits.write(available, images, home / "images")
            source = [] if images == EXAMPLE else [str(home / "images")]
            for warm in (False,) if cold else (False, True):
                yield timing.run(images, warm, [*source, *arguments], home)


def _read_lines(log: Path | None) -> list[str]:
    return log.read_text().splitlines() if log is not None and log.exists() else []


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="of MNIST's IDX files; without it, scikit-learn's digits")
    parser.add_argument(
        "--sizes", nargs="*", type=int, default=[EXAMPLE, *SIZES], help=f"training images ({EXAMPLE}: the example)"
    )
    parser.add_argument("--cold", action="store_true", help="without the runs on cached features")
    parser.add_argument("--log", type=Path, help="JSON lines: earlier runs are read from it, new ones appended")
    parser.add_argument("--plot", type=Path, help="file for a picture, SVG")
    parser.add_argument("--arguments", nargs=argparse.REMAINDER, default=[], help="more for `python -m training`")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
