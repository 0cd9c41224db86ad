"""Measure every choice on every set, and print the tables; see the package's documentation."""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import sets
from benchmarks.accuracy.trial import make_problem
from training.backbone import Cache
from training.evaluation import scores
from training.output.compressing import compress
from training.output.verifying import Scorer
from training.pixels import load_all
from training.reading.dataset import Sample, label_array
from training.strategies import compact, pretrained


@dataclass(frozen=True)
class Row:
    """One choice on one draw: the file's megabytes, milliseconds an image, and each test image's hit and log loss."""

    megabytes: float
    milliseconds: float
    hits: NDArray[np.float64]
    losses: NDArray[np.float64]


Rows = dict[str, list[Row]]
_RUNS = 60


def main() -> None:
    """Draw, fit, export, measure and print."""
    asked = _parse()
    wanted = asked.only or ["faces", *(folder.name for folder in asked.folders)]
    for name, samples in sets.load(asked.folders):
        if name not in wanted:
            continue
        rows: Rows = defaultdict(list)
        for seed in range(asked.seeds):
            train, test = sets.draw(samples, asked.images, seed, asked.most_test)
            for choice, row in measure(train, test, seed):
                rows[choice].append(row)
        print(f"\n**{name}, {asked.images} images, {asked.seeds} draws**\n")
        print("\n".join(table(rows)), flush=True)


def measure(train: list[Sample], test: list[Sample], seed: int) -> Iterator[tuple[str, Row]]:
    """Yield the name and a row for each choice."""
    problem = make_problem(train, seed, Cache())
    for candidate in (*pretrained.candidates(problem), *compact.candidates(problem)):
        file = compress(candidate.finish().network.to_onnx(None))
        images = load_all(test, candidate.spec)
        scorer = Scorer(file, candidate.spec, threads=1)
        logits = np.concatenate([scorer.run(image[None])["logit"] for image in images]).astype(np.float64)[None]
        labels = label_array(test)
        hits, losses = scores.hits(logits, labels), scores.log_losses(logits, labels)
        yield candidate.name, Row(len(file) / 1e6, time_one(scorer, images[:1]), hits, losses)


def time_one(scorer: Scorer, image: NDArray[np.uint8]) -> float:
    """Return the milliseconds of the processor that one image takes, the least of `_RUNS` runs on one thread."""
    times = []
    for _ in range(_RUNS):
        start = time.thread_time()
        scorer.run(image)
        times.append(time.thread_time() - start)
    return min(times) * 1e3


def table(rows: Rows) -> list[str]:
    """Return a line of Markdown for each choice; the first is what the others are compared with."""
    lines = [
        "| network | MB | ms an image | accuracy | log loss | more than the first's |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    first = next(iter(rows.values()))
    for network, draws in rows.items():
        differences = [own.losses - other.losses for own, other in zip(draws, first, strict=True)]
        error = np.sqrt(np.mean([one.var(ddof=1) / len(one) for one in differences]))
        accuracy, loss = (np.mean([part.mean() for part in parts]) for parts in _columns(draws))
        difference = f"{np.mean([one.mean() for one in differences]):+.3f} ± {error:.3f}" if draws is not first else ""
        milliseconds = min(row.milliseconds for row in draws)
        cost = f"{draws[0].megabytes:.2f} | {milliseconds:.1f}"
        lines.append(f"| {network} | {cost} | {accuracy:.3f} | {loss:.3f} | {difference} |")
    return lines


def _columns(draws: list[Row]) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    return [row.hits for row in draws], [row.losses for row in draws]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compact", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further sets, in the form that training takes")
    parser.add_argument("--only", nargs="+", help="names of the sets to measure on")
    parser.add_argument("--images", type=int, default=35, help="training images")
    parser.add_argument("--seeds", type=int, default=3, help="draws")
    parser.add_argument("--most-test", type=int, default=200, help="test images at most")
    return parser.parse_args()


if __name__ == "__main__":
    main()
