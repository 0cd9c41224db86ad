"""The backbone in whole numbers, as an ONNX graph of QuantizeLinear and DequantizeLinear that ONNX Runtime fuses.

A ReLU6 is the range of what is rounded after it; from the maps to pooled features all is float32 again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone.architecture import CutKey, Step, find_cut, steps_of
from training.backbone.errors import BackboneError
from training.backbone.feature import Feature
from training.backbone.graph import FeatureMap, give
from training.backbone.weights import Weights
from training.backbone.whole import entry
from training.backbone.whole.kernels import Rounded
from training.backbone.whole.ranges import Levels, sum_of
from training.network.graph import Graph


@dataclass(frozen=True)
class Backbone:
    """What is written: the weights, the rounded kernels by convolution, and how each map is rounded."""

    weights: Weights
    kernels: Mapping[str, Rounded]
    levels: Mapping[str, Levels]


@dataclass(frozen=True)
class _Map:
    """A rounded map of `side` places, whose value is what is restored from 8 bits, and their scale."""

    value: str
    scale: float
    side: int


def build(size: int, features: Sequence[Feature], backbone: Backbone) -> bytes:
    """Return a model of the inputs and outputs of `training.backbone.graph.build`; raises as `write`."""
    graph = Graph()
    cuts = tuple(dict.fromkeys(feature.cut for feature in features))
    maps = write(graph, graph.take_pixels(ImageSpec(size, size)), size, cuts, backbone)
    give(graph, features, maps)
    return graph.serialise("efficientnet_lite0_int8")


def write(graph: Graph, pixels: str, size: int, cuts: Sequence[CutKey], backbone: Backbone) -> dict[CutKey, FeatureMap]:
    """Write the backbone as deep as some cuts behind the first block need it; return the map of each.

    Args:
        graph: where to write.
        pixels: float32 RGB, 0 to 255, [N, size, size, 3].
        size: height and width of the images in pixels, a multiple of 32.
        cuts: the maps that are wanted.
        backbone: the weights.

    Raises:
        BackboneError: a cut lies in the first block.
    """
    wanted = {key: find_cut(key) for key in cuts}
    first = find_cut(entry.CUT).depth
    if any(cut.depth <= first for cut in wanted.values()):
        raise BackboneError("The backbone in whole numbers has no cut in its first block; choose a later one.")
    begun = entry.write(graph, pixels, size, backbone.weights)
    current = entrance = _round(graph, begun.value, begun.side, backbone.levels)
    maps: dict[str, _Map] = {}
    for step in steps_of(list(wanted.values()))[first:]:
        entrance = current if step.begins_block else entrance
        current = _convolve(graph, step, current, backbone)
        if step.has_shortcut:
            added = graph.node("Add", [current.value, entrance.value], sum_of(step))
            current = _round(graph, added, current.side, backbone.levels)
        maps[step.name] = current
    found = {key: (maps[cut.name], cut.channels) for key, cut in wanted.items()}
    return {key: FeatureMap(one.value, channels, one.side) for key, (one, channels) in found.items()}


def _round(graph: Graph, values: str, side: int, levels: Mapping[str, Levels]) -> _Map:
    """Round a map to 8 bits of its range; what lies outside of it is cut off."""
    one = levels[values]
    names = [
        graph.constant(np.array(one.scale, np.float32), f"{values}_scale"),
        graph.constant(np.array(one.zero, np.uint8), f"{values}_zero"),
    ]
    numbers = graph.node("QuantizeLinear", [values, *names], f"{values}_numbers")
    return _Map(graph.node("DequantizeLinear", [numbers, *names], f"{values}_restored"), one.scale, side)


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
    return _round(graph, outputs, -(-inputs.side // convolution.stride), backbone.levels)


def _restore(graph: Graph, name: str, numbers: NDArray[Any], scales: NDArray[np.float32]) -> str:
    zeros = graph.constant(np.zeros(len(scales), numbers.dtype), f"{name}_zeros")
    inputs = [graph.constant(numbers, f"{name}_numbers"), graph.constant(scales, f"{name}_scales"), zeros]
    return graph.node("DequantizeLinear", inputs, f"{name}_restored", axis=0)
