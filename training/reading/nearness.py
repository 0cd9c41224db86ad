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
ALIKE = 3
"""Most similar images of one that join it to what lies between."""
SHUFFLES = 199
SIGNIFICANCE = 0.01
PROMISING = 0.1
WEAK, STRONG = 0.05, 0.3
"""Share of images with their most similar one near, beyond chance, from which on an order is a doubt, and is sure."""
FEWEST = 8
"""Images of a class from which on an order can show anything."""
BLOCK = 400
"""Images in a row that are compared with each other, which bounds memory."""


@dataclass(frozen=True)
class Order:
    """What an order shows.

    Attributes:
        beyond_chance: Share of images whose most similar one is near, 0 as by chance, 1 all.
        p_value: Chance that images in no order look as much like the next one as these do.
    """

    beyond_chance: float
    p_value: float

    @property
    def promising(self) -> bool:
        """Whether what small pictures show is worth the time of a network, which sees more."""
        return self.p_value <= PROMISING or self.beyond_chance >= PROMISING


def look(vectors: NDArray[np.float32], parts: Sequence[Labels], apart: Labels, seed: int = 0) -> Order:
    """Tell what the order within each part (a class) shows.

    Args:
        vectors: Of unit length, float32 `[n, d]`.
        parts: The rows of each part, in order.
        apart: Rows with one number are near duplicates, which say nothing of what else is alike, `[n]`.
        seed: Of the shuffles.
    """
    tables = [_similarities(vectors, block, apart) for part in parts for block in _blocks(part) if len(block) >= FEWEST]
    if not tables:
        return Order(0.0, 1.0)
    generator = np.random.default_rng(seed)
    near, following = [], []
    for shuffle in range(SHUFFLES + 1):
        orders = [generator.permutation(len(table)) if shuffle else np.arange(len(table)) for table in tables]
        pairs = zip(tables, orders, strict=True)
        following.append(float(np.nanmean(np.concatenate([table[order[:-1], order[1:]] for table, order in pairs]))))
        near.append(_count_near(tables, orders) / sum(map(len, tables)))
    chance = float(np.mean(near[1:]))
    p_value = float(np.mean(np.array(following) >= following[0]))
    return Order(max(0.0, (near[0] - chance) / max(1 - chance, 1e-9)), p_value)


def scenes(vectors: NDArray[np.float32], parts: Sequence[Labels], apart: Labels) -> Labels:
    """Return the scene of each row, int64 `[n]`: a run of images in a row that similar ones span; -1 in no part."""
    found, count = np.full(len(vectors), -1, np.int64), 0
    for block in (block for part in parts for block in _blocks(part)):
        joined = np.zeros(len(block), bool)  # of each image with the next one
        for place, others in enumerate(_nearest(_similarities(vectors, block, apart))):
            for other in others[np.abs(others - place) <= REACH]:
                joined[min(place, other) : max(place, other)] = True
        found[block] = count + np.concatenate([[0], np.cumsum(~joined[:-1])])
        count = int(found[block].max()) + 1
    return found


def _blocks(part: Labels) -> list[Labels]:
    return np.array_split(part, -(-len(part) // BLOCK)) if len(part) else []


def _similarities(vectors: NDArray[np.float32], rows: Labels, apart: Labels) -> NDArray[np.float32]:
    """Return how alike the rows of a block are, float32 `[m, m]`; NaN between near duplicates and on the diagonal."""
    alike = vectors[rows] @ vectors[rows].T
    alike[apart[rows][:, None] == apart[rows]] = np.nan
    return np.asarray(alike, np.float32)


def _count_near(tables: Sequence[NDArray[np.float32]], orders: Sequence[Labels]) -> int:
    """Return how many images have their most similar one near, where `orders` say which one is at each place."""
    count = 0
    for table, order in zip(tables, orders, strict=True):
        places = np.argsort(order)
        count += int((np.abs(places[_nearest(table)[:, 0]] - places) <= REACH).sum())
    return count


def _nearest(table: NDArray[np.float32]) -> Labels:
    """Return the places of the most similar others, the most similar first, `[m, ALIKE or fewer]`."""
    filled = np.where(np.isnan(table), -np.inf, table)
    return np.argsort(-filled, axis=1, kind="stable")[:, : max(1, min(ALIKE, len(table) - 1))]
