"""Draw groups whose images err alike, and count how often the accuracy's interval holds the share on new groups.

Each group has a share of its own, drawn from a beta distribution of the given mean and correlation; its images are
told right with that probability. Groups have 7 images each, or 1 to 20. Printed are the coverage of the 95 % interval
and its mean width, beside those of the interval that takes every image, and every group, for one independent image.

    python -m benchmarks.groups --draws 400

With folders of images (one folder for each class), groups are seven views of an image each: moved, turned, lit
otherwise. Printed is how often the interval from cross-validation holds the share of right answers on the views of all
other images: where the groups are said, where only the order of the files gives them away, and where every view counts.

    python -m benchmarks.groups --draws 20 photos/ scans/
"""

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.groups import views
from benchmarks.groups.views import Draw
from training.evaluation.clustering import correlation, worth
from training.evaluation.groups import Groups
from training.evaluation.interval import Estimate, proportion

GROUPS = (5, 8, 12, 20)
CORRELATIONS = (0.0, 0.1, 0.3, 0.7)
SHARES = (0.7, 0.9)
VIEWED_GROUPS = (6, 10, 14, 20)
"""Groups drawn from images, half of each class; of six no share is promised, and what would be is shown."""
MOST = 22
"""Images of a class whose views are drawn from; the others show what came true."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.groups", description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("folders", nargs="*", type=Path, help="sets of images to draw groups of views from")
    asked = parser.parse_args()
    if asked.folders:
        _on_images(asked.folders, asked.draws)
        return
    print("| groups | images of each | correlation | as groups | every image | every group |")
    print("| --- | --- | --- | --- | --- | --- |")
    for number, varied, within in itertools.product(GROUPS, (False, True), CORRELATIONS):
        generator = np.random.default_rng(number)
        rows = [_try(generator, number, varied, within, share) for share in SHARES for _ in range(asked.draws)]
        held, width = np.array(rows).mean(axis=0).T
        cells = [f"{one:.3f} ({wide:.2f})" for one, wide in zip(held, width, strict=True)]
        print(f"| {number} | {'1 to 20' if varied else 7} | {within} | {' | '.join(cells)} |", flush=True)


def _on_images(folders: list[Path], draws: int) -> None:
    print("| groups | said | suspected | suspicion is sure | every image | share told right |")
    print("| --- | --- | --- | --- | --- | --- |")
    found: dict[int, list[Draw]] = {number: [] for number in VIEWED_GROUPS}
    for folder in folders:
        prepared = views.prepare(folder, MOST)
        for number in VIEWED_GROUPS:
            found[number] += [views.draw(prepared, number, seed) for seed in range(draws)]
        print(f"{folder}: done", file=sys.stderr, flush=True)
    for number, drawn in found.items():
        sure = [one for one in drawn if one.suspected is not None]
        cells = [
            _coverage([(one.said, one.truth) for one in drawn]),
            _coverage([(one.suspected, one.truth) for one in sure if one.suspected is not None]),
            f"{len(sure)} of {len(drawn)}",
            _coverage([(one.every, one.truth) for one in drawn]),
            f"{np.mean([one.truth for one in drawn]):.3f}",
        ]
        print(f"| {number} | {' | '.join(cells)} |", flush=True)


def _coverage(pairs: list[tuple[Estimate, float]]) -> str:
    if not pairs:
        return "-"
    scored = [_score(one, truth) for one, truth in pairs]
    return f"{np.mean([held for held, _ in scored]):.3f} ({np.mean([width for _, width in scored]):.2f})"


def _try(
    generator: np.random.Generator, number: int, varied: bool, within: float, share: float
) -> list[tuple[bool, float]]:
    """Return whether each of the three intervals holds the share, and its width."""
    sizes = generator.integers(1, 21, number) if varied else np.full(number, 7)
    groups = Groups.of(np.repeat(np.arange(number), sizes))
    hits = (generator.random(len(groups)) < _shares(generator, number, within, share)[groups.numbers]).astype(
        np.float64
    )
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
