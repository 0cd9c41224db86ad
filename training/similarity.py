"""Groups of near-duplicate images: photographs of one burst, crops, copies saved again.

Two images are near duplicates where their difference hashes differ in at most 4 of 64 bits and their 16 x 16 thumbnails
correlate. The hash alone would join pictures that are mostly flat, the thumbnail alone those of one scene.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.reading.facts import Facts

HASH_BITS = 4
CORRELATION = 0.96


def group(facts: Sequence[Facts]) -> NDArray[np.int64]:
    """Return a group number for each image; images joined by a chain of near duplicates share one.

    Returns:
        int64 `[n]`, numbered from 0 in the order of first appearance. Time grows with n squared, at about 1 ns a pair.
    """
    hashes = np.array([fact.difference_hash for fact in facts], dtype=np.uint64)
    thumbnails = np.stack([fact.thumbnail for fact in facts]) if facts else np.zeros((0, 256), np.float32)
    parent = np.arange(len(facts))
    for row in range(len(facts)):
        close = row + 1 + np.flatnonzero(np.bitwise_count(hashes[row + 1 :] ^ hashes[row]) <= HASH_BITS)
        for other in close[_alike(thumbnails[close], thumbnails[row])]:
            _join(parent, row, int(other))
    roots = [_root(parent, index) for index in range(len(facts))]
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root, len(numbers)) for root in roots], dtype=np.int64)


def _alike(candidates: NDArray[np.float32], thumbnail: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Flat thumbnails are zero and so correlate with nothing: two blank pictures are told apart by their files."""
    return np.asarray(candidates @ thumbnail >= CORRELATION)


def _root(parent: NDArray[np.int64], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]  # halve the path (Tarjan and van Leeuwen 1984)
        index = int(parent[index])
    return index


def _join(parent: NDArray[np.int64], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
