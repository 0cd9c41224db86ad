"""The base with the digits' weights as an ONNX graph, written straight from them."""

import numpy as np

from training.backbone.graph import FeatureMap
from training.network.graph import Graph
from training.pretraining import weights
from training.pretraining.digits import SIDE


def write(graph: Graph, gray: str) -> FeatureMap:
    """Write the base on `[N, 1, 28, 28]`, 0 to 255; return its map. Raises `TrainingError`."""
    current, side, channels = graph.node("Div", [gray, graph.constant(255.0)]), SIDE, 1
    for position, (name, (kernel, bias)) in enumerate(weights.load()[0].items()):
        if position:
            current, side = graph.node("MaxPool", [current], kernel_shape=[2, 2], strides=[2, 2]), side // 2
        parts = [graph.constant(np.transpose(kernel, (3, 2, 0, 1)), f"{name}_kernel"), graph.constant(bias)]
        current = graph.node("Relu", [graph.node("Conv", [current, *parts])], name)
        side, channels = side - 2, len(bias)
    return FeatureMap(current, channels, side)
