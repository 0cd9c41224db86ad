"""Draw images, promise what more of them bring, let the draw grow, and compare; print the tables as Markdown.

    python -m benchmarks.growth ants_bees/ brain_mri/ --log growth.jsonl

Promised is the share of new images that a model of so many images tells right, from a nested cross-validation of 20 or
35; what came true is measured on the images that the grown draw leaves out, at least 50. An interval holds where it
holds the count that was told right, in whole images. With --log a rerun goes on, and the tables are made from it.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.accuracy import sets
from benchmarks.accuracy.tables import row as table_row
from benchmarks.accuracy.tables import rule
from benchmarks.growth import drawing
from benchmarks.growth.drawing import Drawn
from training.evaluation.choosing import ACCURACY_INFLATION
from training.evaluation.groups import Groups
from training.evaluation.growth import Level, Measured, extrapolate, weakest

SIZES, TARGETS = (20, 35), (40, 70, 100, 140, 200)


class Kept(NamedTuple):
    """One promise and what came true."""

    set: str
    images: int
    target: int
    value: float
    low: float
    high: float
    true: float
    left: int

    @property
    def holds(self) -> bool:
        """Whether the interval holds the count that was told right."""
        return bool(np.floor(self.low * self.left) <= round(self.true * self.left) <= np.ceil(self.high * self.left))


def main() -> None:
    """Draw what the log lacks, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="sets, in the form that training takes")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--log", type=Path, required=True, help="file of JSON lines; a rerun goes on from it")
    asked = parser.parse_args()
    drawn = [Drawn(**json.loads(line)) for line in asked.log.read_text().splitlines()] if asked.log.exists() else []
    done = {(one.set, one.n, one.seed) for one in drawn}
    for name, samples in sets.load_folders(asked.folders):
        pictures = drawing.load(samples)
        for seed in range(asked.draws):
            for n in SIZES:
                if (name, n, seed) not in done:
                    one = drawing.draw(name, pictures, n, seed, [n, *(size for size in TARGETS if size > n)])
                    drawn.append(one)
                    with asked.log.open("a") as file:
                        file.write(json.dumps(asdict(one)) + "\n")
    print(describe([kept for one in drawn for kept in promise(one)]))
    print(judge_classes(drawn))


def promise(drawn: Drawn) -> Iterator[Kept]:
    """Yield what is promised of each size, with what came true."""
    hits, labels = np.array(drawn.hits), np.array(drawn.labels)
    measured = Measured(np.array(drawn.sizes), hits, Groups.alone(drawn.n))
    level = Level(float(hits[-1].mean()), drawn.n / ACCURACY_INFLATION)
    guess = max(float(labels.mean()), 1 - float(labels.mean()))
    for one in extrapolate(measured, level, guess, [int(size) for size in drawn.true]):
        size = str(one.images)
        yield Kept(drawn.set, drawn.n, one.images, one.value, one.low, one.high, drawn.true[size], drawn.left[size])


def describe(kept: Sequence[Kept]) -> str:
    """Return a table of the coverage of the intervals, by images drawn and spoken of, and by set."""
    heads = ("images", "speaking of", "draws", "intervals hold", "promised", "came true", "width")
    lines = [table_row(*heads), rule(len(heads))]
    pairs = sorted({(one.images, one.target) for one in kept})
    parts = [
        (str(n), str(target), [one for one in kept if (one.images, one.target) == (n, target)]) for n, target in pairs
    ]
    grown = [one for one in kept if one.target > one.images]
    parts += [("all", "more", grown)]
    parts += [(name, "more", [one for one in grown if one.set == name]) for name in sorted({one.set for one in grown})]
    for first, second, some in parts:
        promised, true = (np.mean([getattr(one, name) for one in some]) for name in ("value", "true"))
        held, width = np.mean([one.holds for one in some]), np.mean([one.high - one.low for one in some])
        lines.append(
            table_row(first, second, str(len(some)), f"{held:.2f}", f"{promised:.3f}", f"{true:.3f}", f"{width:.2f}")
        )
    return "\n".join(lines)


def judge_classes(drawn: Sequence[Drawn]) -> str:
    """Return how often images of the class that is named helped more than as many of the other, in two ways."""
    ways = {
        "its errors": [weakest(np.array(one.hits[-1]), np.array(one.labels), 1.0) for one in drawn],
        "draws with half of one class": [_missed(one) for one in drawn],
    }
    lines = [""]
    for way, named in ways.items():
        pairs = zip(drawn, named, strict=True)
        right = [one.grown[label] < one.grown[1 - label] for one, label in pairs if label is not None]
        lines.append(f"By {way} a class is named in {len(right)} of {len(drawn)} draws, rightly in {sum(right)}.")
    return "\n".join(lines)


def _missed(drawn: Drawn) -> int | None:
    """Return the class whose missing half costs more, by two standard errors; None where neither does."""
    excess, labels = np.array(drawn.losses[1]) - np.array(drawn.losses[0]), np.array(drawn.labels)
    parts = [excess[labels == label] for label in (0, 1)]
    mean = float(np.mean([part.mean() for part in parts]))
    error = float(np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts)) / 2)
    return int(mean > 0) if abs(mean) > 2 * error else None


if __name__ == "__main__":
    main()
