"""The backbone in whole numbers, as an ONNX graph of QuantizeLinear and DequantizeLinear that ONNX Runtime fuses.

The first block stays in float32: there it is as fast, and rounding it moves the features as far as all the rest. A
ReLU6 is the range of what is rounded after it; from the maps to pooled features all is float32 again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from benchmarks.int8.ranges import Ranges, sum_of
from benchmarks.int8.weights import Rounded
from training.backbone.architecture import CutKey, Step, find_cut, steps_of
from training.backbone.feature import Feature
from training.backbone.graph import FeatureMap, pool
from training.backbone.graph import write as write_float
from training.backbone.weights import Weights
from training.network.graph import Graph

LEVELS = 255
FLOAT = 1
"""The cut up to which all is float32."""


@dataclass(frozen=True)
class Backbone:
    """What is written: the weights, the rounded kernels by convolution, and the range of each map."""

    weights: Weights
    kernels: dict[str, Rounded]
    ranges: Ranges


@dataclass(frozen=True)
class _Map:
    """A rounded map of `side` places, whose value is what is restored from 8 bits, and their scale."""

    value: str
    scale: np.float32
    side: int


def build(size: int, features: Sequence[Feature], backbone: Backbone) -> bytes:
    """Return a model of the inputs and outputs of `training.backbone.graph.build`."""
    graph = Graph()
    maps = write(graph, graph.take_pixels(ImageSpec(size, size)), size, [feature.cut for feature in features], backbone)
    for feature in features:
        graph.give(pool(graph, maps[feature.cut], feature.pooling, feature.name), [feature.width])
    return graph.serialise("efficientnet_lite0_int8")


def write(graph: Graph, pixels: str, size: int, cuts: Sequence[CutKey], backbone: Backbone) -> dict[CutKey, FeatureMap]:
    """Write the backbone as deep as some cuts behind the first block need it; return the map of each.

    Args:
        graph: where to write.
        pixels: float32 RGB, 0 to 255, [N, size, size, 3].
        size: height and width of the images in pixels, a multiple of 32.
        cuts: the maps that are wanted.
        backbone: the weights.
    """
    wanted = {key: find_cut(key) for key in cuts}
    begun = write_float(graph, pixels, size, [FLOAT], backbone.weights)[FLOAT]
    current = entrance = _round(graph, begun.value, begun.side, backbone.ranges)
    maps: dict[str, _Map] = {}
    for step in steps_of(list(wanted.values()))[find_cut(FLOAT).depth :]:
        entrance = current if step.begins_block else entrance
        current = _convolve(graph, step, current, backbone)
        if step.has_shortcut:
            added = graph.node("Add", [current.value, entrance.value], sum_of(step))
            current = _round(graph, added, current.side, backbone.ranges)
        maps[step.name] = current
    found = {key: (maps[cut.name], cut.channels) for key, cut in wanted.items()}
    return {key: FeatureMap(one.value, channels, one.side) for key, (one, channels) in found.items()}


def _round(graph: Graph, values: str, side: int, ranges: Ranges) -> _Map:
    """Round a map to 8 bits of its range; what lies outside of it is cut off."""
    low, high = min(ranges[values][0], 0.0), max(ranges[values][1], 1e-6)
    scale = np.float32((high - low) / LEVELS)
    zero = np.array(round(-low / float(scale)), np.uint8)
    names = [graph.constant(np.array(scale), f"{values}_scale"), graph.constant(zero, f"{values}_zero")]
    numbers = graph.node("QuantizeLinear", [values, *names], f"{values}_numbers")
    return _Map(graph.node("DequantizeLinear", [numbers, *names], f"{values}_restored"), scale, side)


def _convolve(graph: Graph, step: Step, inputs: _Map, backbone: Backbone) -> _Map:
    convolution, name = step.convolution, step.convolution.name
    one = backbone.kernels[name]
    fine = (one.scales * inputs.scale).astype(np.float32)
    bias = np.rint(one.bias / fine).astype(np.int32)
    before, after = convolution.padding(inputs.side)
    outputs = graph.node(
        "Conv",
        [
            inputs.value,
            _restore(graph, f"{name}_kernel", one.numbers, one.scales),
            _restore(graph, f"{name}_bias", bias, fine),
        ],
        name,
        group=convolution.input_channels if convolution.depthwise else 1,
        strides=[convolution.stride] * 2,
        pads=[before, before, after, after],
    )
    if convolution.activated:  # ONNX Runtime leaves out what the range cuts off anyway
        outputs = graph.node("Clip", [outputs, "lowest", "highest"], f"{name}_relu6")
    return _round(graph, outputs, -(-inputs.side // convolution.stride), backbone.ranges)


def _restore(graph: Graph, name: str, numbers: NDArray[Any], scales: NDArray[np.float32]) -> str:
    zeros = graph.constant(np.zeros(len(scales), numbers.dtype), f"{name}_zeros")
    inputs = [graph.constant(numbers, f"{name}_numbers"), graph.constant(scales, f"{name}_scales"), zeros]
    return graph.node("DequantizeLinear", inputs, f"{name}_restored", axis=0)
