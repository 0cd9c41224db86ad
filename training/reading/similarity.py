"""Groups of near-duplicate images: photographs of one burst, crops, copies saved again.

Two images are near duplicates where their difference hashes differ in at most 8 of 64 bits and their 16 x 16 thumbnails
correlate. The hash alone would join pictures that are mostly flat, the thumbnail alone those of one scene.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.reading.dataset import Dataset
from training.reading.facts import Facts

HASH_BITS = 8
CORRELATION = 0.96


def mark(dataset: Dataset) -> Dataset:
    """Return the dataset whose samples carry their set of near duplicates."""
    numbers = group([sample.facts for sample in dataset.samples]).tolist()
    pairs = zip(dataset.samples, numbers, strict=True)
    return dataset.with_samples([replace(sample, duplicates=number) for sample, number in pairs])


def group(facts: Sequence[Facts]) -> NDArray[np.int64]:
    """Return a group number for each image; images joined by a chain of near duplicates share one.

    Each image is compared once with those that no group has reached yet, so time grows with n squared at the most.

    Returns:
        int64 `[n]`, numbered from 0 in the order of first appearance.
    """
    hashes = np.array([fact.difference_hash for fact in facts], dtype=np.uint64)
    files = np.array([fact.sha256 for fact in facts])
    thumbnails = np.stack([fact.thumbnail for fact in facts]) if facts else np.zeros((0, 256), np.float32)
    groups = np.full(len(facts), -1, dtype=np.int64)
    count = 0
    for first in range(len(facts)):
        if groups[first] >= 0:
            continue
        groups[first] = count
        reached = [first]
        while reached:
            row = reached.pop()
            rest = np.flatnonzero(groups < 0)
            close = rest[np.bitwise_count(hashes[rest] ^ hashes[row]) <= HASH_BITS]
            # a flat thumbnail is zero and correlates with nothing, so blank pictures are joined only as equal files
            alike = close[(thumbnails[close] @ thumbnails[row] >= CORRELATION) | (files[close] == files[row])]
            groups[alike] = count
            reached.extend(alike)
        count += 1
    return groups
