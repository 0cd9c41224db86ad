"""The first block, in float32 on whole numbers: what it computes is the same on every processor, to the last bit.

It is as fast so as in bytes, and rounding its maps to bytes would move features as far as rounding all others. So its
maps are rounded to `TOP` numbers from 0 to 6, and its kernels to as many bits as keep every sum of products below 2^24,
where float32 holds every whole number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import PIXEL_MEAN, PIXEL_SCALE, STEPS, Convolution, find_cut
from training.backbone.graph import FeatureMap
from training.backbone.weights import Weights
from training.backbone.whole.kernels import EXACT, Floats, order
from training.backbone.whole.ranges import RELU6
from training.network.graph import Graph

CUT = 1
"""The cut at which it ends."""
UNIT = 2.0**-9
"""Of its maps."""
TOP = int(RELU6 / UNIT)
PIXEL_UNIT, PIXEL_TOP = 1 / PIXEL_SCALE, 128
"""Of scaled pixels: from -127 to 128 units."""
_MOST_BITS = 16


@dataclass(frozen=True)
class _Part:
    """A convolution of inputs of so many units at most, from and to a unit."""

    convolution: Convolution
    largest: int
    unit: float
    gives: float


_STEM, _DEPTHWISE, _PROJECT = (step.convolution for step in STEPS[: find_cut(CUT).depth])
PARTS = (
    _Part(_STEM, PIXEL_TOP, PIXEL_UNIT, UNIT),
    _Part(_DEPTHWISE, TOP, UNIT, UNIT),
    _Part(_PROJECT, TOP, UNIT, 1.0),
)


def write(graph: Graph, pixels: str, size: int, weights: Weights) -> FeatureMap:
    """Write the first block on pixels, 0 to 255, `[N, size, size, 3]`; return its map, in float32."""
    centred = graph.node("Sub", [pixels, graph.constant(PIXEL_MEAN)])  # in units, so that nothing is to be divided
    value = graph.node("Transpose", [centred], perm=[0, 3, 1, 2])
    graph.constant(0.0, "lowest")
    graph.constant(RELU6, "highest")
    graph.constant(float(TOP), "top")
    for part in PARTS:
        value, size = _convolve(graph, part, value, size, weights)
    return FeatureMap(value, _PROJECT.output_channels, size)


def fit(part: _Part, weights: Weights) -> tuple[Floats, Floats]:
    """Return the kernel and bias of a convolution, rounded so that no sum of its products passes `EXACT` units."""
    kernel, bias = order(part.convolution, weights)
    sums = np.abs(kernel).sum(axis=(1, 2, 3)) * part.largest + np.abs(bias) / part.unit
    spare = part.largest * kernel[0].size + 1  # what rounding up may add
    bits = np.minimum(np.floor(np.log2((EXACT - spare) / np.maximum(sums, 1e-9))), _MOST_BITS)
    steps = 2.0**-bits
    broad = steps[:, None, None, None]
    return np.rint(kernel / broad) * broad, np.rint(bias / (steps * part.unit)) * steps * part.unit


def _convolve(graph: Graph, part: _Part, value: str, size: int, weights: Weights) -> tuple[str, int]:
    """Write one convolution of a map in its units; return its map, and that map's side."""
    convolution = part.convolution
    kernel, bias = fit(part, weights)
    before, after = convolution.padding(size)
    found = graph.node(
        "Conv",
        [
            value,
            graph.constant(_narrow(kernel * part.unit / part.gives), f"{convolution.name}_kernel"),
            graph.constant(_narrow(bias / part.gives), f"{convolution.name}_bias"),
        ],
        convolution.name,
        group=convolution.input_channels if convolution.depthwise else 1,
        strides=[convolution.stride] * 2,
        pads=[before, before, after, after],
    )
    if convolution.activated:
        clipped = graph.node("Clip", [found, "lowest", "top"], f"{convolution.name}_relu6")
        found = graph.node("Round", [clipped], f"{convolution.name}_numbers")
    return found, -(-size // convolution.stride)


def _narrow(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return values.astype(np.float32)
