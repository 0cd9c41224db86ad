"""Features: a depth of the network, and how the feature map there is pooled into one vector.

The table of poolings is computed in `graph`.
"""

from typing import Literal, NamedTuple

from training.backbone.architecture import CutKey, find_cut
from training.backbone.errors import BackboneError

Pooling = Literal["average", "deviation", "quadrants"]

POOLINGS: dict[Pooling, int] = {"average": 1, "deviation": 1, "quadrants": 4}
"""The poolings, and how many numbers each makes of one channel:

- average: the mean over all places;
- deviation: the (population) standard deviation over all places, at least 10^-6;
- quadrants: the means over the four quarters of the map, in the order top left (all its channels), top right, bottom
  left, bottom right. Where the side is odd, the quarters share the middle row and column.
"""

VARIANCE_FLOOR = 1e-12  # Below it there is only rounding; and the square root has a gradient at it, as it has not at 0.


class Feature(NamedTuple):
    """A pooled feature map; equal to the plain pair (cut, pooling)."""

    cut: CutKey
    pooling: Pooling = "average"

    @property
    def name(self) -> str:
        """Return its name in a graph, such as "expand_12_deviation"."""
        return f"{find_cut(self.cut).name}_{self.pooling}"

    @property
    def width(self) -> int:
        """Return the length of the vector."""
        return find_cut(self.cut).channels * POOLINGS[self.pooling]


FeatureKey = CutKey | tuple[CutKey, Pooling]
"""A cut, for its average, or a cut and a pooling."""


def find_feature(key: FeatureKey) -> Feature:
    """Return the feature for a key.

    Raises:
        BackboneError: there is no such cut or pooling.
    """
    feature = Feature(*key) if isinstance(key, tuple) else Feature(key)
    find_cut(feature.cut)
    if feature.pooling not in POOLINGS:
        raise BackboneError(f"There is no pooling {feature.pooling!r}; choose one of {', '.join(POOLINGS)}.")
    return feature


def quadrant_window(side: int) -> tuple[int, int]:
    """Return the side of a quarter of a map of `side` places, and the step from one quarter to the next.

    Raises:
        BackboneError: the map has a single place.
    """
    if side < 2:
        raise BackboneError(
            "A feature map of one place has no quadrants; choose a larger image size or another pooling."
        )
    return -(-side // 2), side // 2
