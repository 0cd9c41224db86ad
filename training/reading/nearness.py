"""Whether images that follow each other look alike far more than others do, and where one scene ends.

Frames of a video, slices of a scan and photographs of one walk lie in order. Told by an order: for each image, is the
one that looks most like it, of its own class, among its nearest three places? Shuffled places say how often that
happens by chance. Measured on nine sets of unrelated images, it happens no more often than by chance; of views of one
thing in a row, to 50 to 93 % of the images (`benchmarks.groups`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

REACH = 3
"""Places from an image on that count as near."""
ALIKE = 2
"""Most similar images of one that join it to what lies between."""
SHUFFLES = 199
STRONG = 0.4
"""Share of images with their most similar one near, beyond chance, from which on the order certainly means something."""
FEWEST = 8
"""Images of a class from which on an order can show anything."""
BLOCK = 400
"""Images in a row that are compared with each other, which bounds memory."""


@dataclass(frozen=True)
class Order:
    """What an order shows.

    Attributes:
        beyond_chance: Share of images whose most similar one is near, 0 as by chance, 1 all.
        certain: Whether no shuffled order shows as much.
    """

    beyond_chance: float
    certain: bool


def look(vectors: NDArray[np.float32], parts: Sequence[Labels], apart: Labels, seed: int = 0) -> Order:
    """Tell what the order within each part (a class) shows.

    Args:
        vectors: Of unit length, float32 `[n, d]`.
        parts: The rows of each part, in order.
        apart: Rows with one number are near duplicates, which say nothing of what else is alike, `[n]`.
        seed: Of the shuffles.
    """
    blocks = [block for part in parts for block in _blocks(part) if len(block) >= FEWEST]
    if not blocks:
        return Order(0.0, False)
    nearest = [_nearest(vectors, block, apart)[:, 0] for block in blocks]
    generator = np.random.default_rng(seed)
    shares = []
    for shuffle in range(SHUFFLES + 1):
        near = []
        for block, other in zip(blocks, nearest, strict=True):
            places = generator.permutation(len(block)) if shuffle else np.arange(len(block))
            near.append(np.abs(places[other] - places) <= REACH)
        shares.append(float(np.concatenate(near).mean()))
    chance = float(np.mean(shares[1:]))
    return Order(max(0.0, (shares[0] - chance) / max(1 - chance, 1e-9)), shares[0] > max(shares[1:]))


def scenes(vectors: NDArray[np.float32], parts: Sequence[Labels], apart: Labels) -> Labels:
    """Return the scene of each row, int64 `[n]`: a run of images in a row that similar ones span; -1 in no part."""
    found, count = np.full(len(vectors), -1, np.int64), 0
    for block in (block for part in parts for block in _blocks(part)):
        joined = np.zeros(len(block), bool)  # of each image with the next one
        for place, others in enumerate(_nearest(vectors, block, apart)[:, :ALIKE]):
            for other in others[np.abs(others - place) <= REACH]:
                joined[min(place, other) : max(place, other)] = True
        found[block] = count + np.concatenate([[0], np.cumsum(~joined[:-1])])
        count = int(found[block].max()) + 1
    return found


def _blocks(part: Labels) -> list[Labels]:
    return np.array_split(part, -(-len(part) // BLOCK)) if len(part) else []


def _nearest(vectors: NDArray[np.float32], rows: Labels, apart: Labels) -> Labels:
    """Return the places of the most similar other rows of a block, the most similar first, `[m, ALIKE or fewer]`."""
    alike = vectors[rows] @ vectors[rows].T
    alike[apart[rows][:, None] == apart[rows]] = -np.inf  # itself too
    return np.argsort(-alike, axis=1, kind="stable")[:, : max(1, min(ALIKE, len(rows) - 1))]
