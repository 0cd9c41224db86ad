"""Draw groups whose images err alike, and count how often the accuracy's interval holds the share on new groups.

Each group has a share of its own, drawn from a beta distribution of the given mean and correlation; its images are
told right with that probability. Groups have 7 images each, or 1 to 20. Printed are the coverage of the 95 % interval
and its mean width, beside those of the interval that takes every image, and every group, for one independent image.

    python -m benchmarks.groups --draws 400
"""

import argparse
import itertools

import numpy as np
from numpy.typing import NDArray

from training.evaluation.clustering import correlation, worth
from training.evaluation.interval import Estimate, proportion

GROUPS = (5, 8, 12, 20)
CORRELATIONS = (0.0, 0.1, 0.3, 0.7)
SHARES = (0.7, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.groups", description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    asked = parser.parse_args()
    print("| groups | images of each | correlation | as groups | every image | every group |")
    print("| --- | --- | --- | --- | --- | --- |")
    for number, varied, within in itertools.product(GROUPS, (False, True), CORRELATIONS):
        generator = np.random.default_rng(number)
        rows = [_try(generator, number, varied, within, share) for share in SHARES for _ in range(asked.draws)]
        held, width = np.array(rows).mean(axis=0).T
        cells = [f"{one:.3f} ({wide:.2f})" for one, wide in zip(held, width, strict=True)]
        print(f"| {number} | {'1 to 20' if varied else 7} | {within} | {' | '.join(cells)} |", flush=True)


def _try(
    generator: np.random.Generator, number: int, varied: bool, within: float, share: float
) -> list[tuple[bool, float]]:
    """Return whether each of the three intervals holds the share, and its width."""
    sizes = generator.integers(1, 21, number) if varied else np.full(number, 7)
    groups = np.repeat(np.arange(number), sizes)
    hits = (generator.random(len(groups)) < _shares(generator, number, within, share)[groups]).astype(np.float64)
    n, found = len(hits), float(hits.mean())
    intervals = (
        proportion(found, n, n / worth(groups, correlation(hits, groups))),
        proportion(found, n),
        proportion(found, number),
    )
    return [_score(one, share) for one in intervals]


def _score(interval: Estimate, share: float) -> tuple[bool, float]:
    return interval.low <= share <= interval.high, interval.high - interval.low


def _shares(generator: np.random.Generator, number: int, within: float, share: float) -> NDArray[np.float64]:
    if within == 0:
        return np.full(number, share)
    spread = (1 - within) / within
    return generator.beta(share * spread, (1 - share) * spread, number)


if __name__ == "__main__":
    main()
