"""EfficientNet-Lite0 as an ONNX graph, written straight from the weights: no TensorFlow, no conversion.

It is what extracts frozen features, and what a published model begins with.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from artifact.card import ImageSpec
from training.backbone.architecture import PIXEL_MEAN, PIXEL_SCALE, Convolution, CutKey, find_cut, steps_of
from training.backbone.feature import VARIANCE_FLOOR, Feature, Pooling, quadrant_window
from training.backbone.weights import Weights
from training.network.graph import Graph


class FeatureMap(NamedTuple):
    """A square map in a graph: the name of its value `[N, channels, side, side]`, and its sizes."""

    value: str
    channels: int
    side: int


def build(size: int, features: Sequence[Feature], weights: Weights, *, maps: bool = False) -> bytes:
    """Write the graph that computes several features in one pass.

    Args:
        size: height and width of the images in pixels, a multiple of 32.
        features: what to compute, of any number of cuts; repetitions are left out.
        weights: the weights to write into the graph.
        maps: whether to give the feature maps besides.

    Returns:
        A serialised ONNX model from uint8 RGB `image` [N, size, size, 3] to, for each feature in order,
        its name [N, width], and then, with `maps`, for each cut in order `<cut>_map` [N, h, w, channels].

    Raises:
        BackboneError: quadrants were asked of a map of a single place.
    """
    graph = Graph()
    cuts = tuple(dict.fromkeys(feature.cut for feature in features))
    found = write(graph, graph.take_pixels(ImageSpec(size, size)), size, cuts, weights)
    give(graph, features, found)
    for cut, one in found.items() if maps else ():
        last = graph.node("Transpose", [one.value], f"{find_cut(cut).name}_map", perm=[0, 2, 3, 1])
        graph.give(last, [one.side, one.side, one.channels])
    return graph.serialise("efficientnet_lite0")


def write(graph: Graph, pixels: str, size: int, cuts: Sequence[CutKey], weights: Weights) -> dict[CutKey, FeatureMap]:
    """Write the backbone as deep as some cuts need it; return the map of each.

    Args:
        graph: where to write.
        pixels: float32 RGB, 0 to 255, [N, size, size, 3].
        size: height and width of the images in pixels, a multiple of 32.
        cuts: the maps that are wanted.
        weights: the weights.
    """
    wanted = {key: find_cut(key) for key in cuts}
    current = entrance = _scale(graph, pixels)
    values = {}
    for step in steps_of(list(wanted.values())):
        entrance = current if step.begins_block else entrance
        current, size = _convolve(graph, step.convolution, current, size, weights)
        if step.has_shortcut:
            current = graph.node("Add", [current, entrance], f"{step.name}_add")
        values[step.name] = (current, size)
    return {key: FeatureMap(values[cut.name][0], cut.channels, values[cut.name][1]) for key, cut in wanted.items()}


def give(graph: Graph, features: Sequence[Feature], maps: Mapping[CutKey, FeatureMap]) -> None:
    """Make features of the maps outputs of the graph, each once; raises as `pool`."""
    for feature in dict.fromkeys(features):
        graph.give(pool(graph, maps[feature.cut], feature.pooling, feature.name), [feature.width])


def pool(graph: Graph, feature_map: FeatureMap, pooling: Pooling, name: str | None = None) -> str:
    """Write one of the poolings of `feature.POOLINGS`; return the vectors, [N, width].

    Raises:
        BackboneError: quadrants were asked of a map of a single place.
    """
    match pooling:
        case "average":
            pooled = graph.node("GlobalAveragePool", [feature_map.value])
        case "deviation":
            variance = graph.node("GlobalAveragePool", [square(graph, feature_map)])
            pooled = graph.node("Sqrt", [graph.node("Max", [variance, graph.constant(VARIANCE_FLOOR)])])
        case "quadrants":
            window, step = quadrant_window(feature_map.side)
            kernel, strides = [window] * 2, [step] * 2
            quarters = graph.node("AveragePool", [feature_map.value], kernel_shape=kernel, strides=strides)
            pooled = graph.node("Transpose", [quarters], perm=[0, 2, 3, 1])
    return graph.node("Flatten", [pooled], name, axis=1)


def square(graph: Graph, feature_map: FeatureMap) -> str:
    """Write each place's squared deviation from its channel's mean, [N, channels, side, side], once."""
    name = f"{feature_map.value}_squared"
    if name not in graph:
        mean = graph.node("GlobalAveragePool", [feature_map.value])
        centred = graph.node("Sub", [feature_map.value, mean])
        graph.node("Mul", [centred, centred], name)
    return name


def _scale(graph: Graph, pixels: str) -> str:
    """Write what the network was trained on, channels first."""
    centred = graph.node("Sub", [pixels, graph.constant(PIXEL_MEAN)])
    scaled = graph.node("Div", [centred, graph.constant(PIXEL_SCALE)])
    graph.constant(0.0, "lowest")
    graph.constant(6.0, "highest")
    return graph.node("Transpose", [scaled], perm=[0, 3, 1, 2])


def _convolve(graph: Graph, convolution: Convolution, inputs: str, size: int, weights: Weights) -> tuple[str, int]:
    """Write one convolution on a map of `size` places a side; return its map, and that map's side."""
    name = convolution.name
    before, after = convolution.padding(size)
    axes = (2, 3, 0, 1) if convolution.depthwise else (3, 2, 0, 1)
    outputs = graph.node(
        "Conv",
        [
            inputs,
            graph.constant(weights.kernels[name].transpose(axes), f"{name}_kernel"),
            graph.constant(weights.biases[name], f"{name}_bias"),
        ],
        name,
        group=convolution.input_channels if convolution.depthwise else 1,
        strides=[convolution.stride] * 2,
        pads=[before, before, after, after],
    )
    if convolution.activated:
        outputs = graph.node("Clip", [outputs, "lowest", "highest"], f"{name}_relu6")
    return outputs, -(-size // convolution.stride)
