"""Views of many images, of blocks of features that several views have in common, so that none of them is copied."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MOST_COPIED = 400
"""Images up to which a view's blocks are put side by side in one array, which is simpler and not large."""


@dataclass(frozen=True, eq=False)
class View:
    """Blocks of features of the same images, side by side: float32 `[n, d]` each, and read as one matrix."""

    blocks: tuple[Floats, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Images, and features of each."""
        return len(self.blocks[0]), sum(block.shape[1] for block in self.blocks)

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.blocks[0])

    def __getitem__(self, rows: NDArray[np.int64]) -> Floats:
        """Return some images' features, copied side by side, float32 `[rows, d]`."""
        return np.concatenate([block[rows] for block in self.blocks], axis=1)

    def __matmul__(self, weights: Floats) -> Floats:
        """Return the product with a matrix `[d, k]`, float32 `[n, k]`."""
        ends = np.cumsum([block.shape[1] for block in self.blocks])[:-1]
        pairs = zip(self.blocks, np.split(weights, ends), strict=True)
        return np.asarray(np.sum([block @ part for block, part in pairs], axis=0))


Features = Floats | View
"""Of one view."""


def put_together(blocks: Sequence[Floats]) -> Features:
    """Return blocks of features as one view."""
    if len(blocks) == 1:
        return blocks[0]
    return np.concatenate(blocks, axis=1) if len(blocks[0]) <= MOST_COPIED else View(tuple(blocks))


def blocks_of(view: Features) -> tuple[Floats, ...]:
    """Return the blocks of a view; an array is one."""
    return view.blocks if isinstance(view, View) else (view,)


def measure_spread(view: Features, rows: NDArray[np.int64]) -> float:
    """Return the mean squared distance of some images from their mean."""
    return sum(float(block[rows].var(axis=0, dtype=np.float64).sum()) for block in blocks_of(view))
