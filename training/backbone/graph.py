"""EfficientNet-Lite0 as an ONNX graph, written straight from the weights: no TensorFlow, no conversion.

It is what extracts frozen features. Published models are exported from Keras; a test holds the two together.
"""

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.backbone.architecture import PIXEL_MEAN, PIXEL_SCALE, Convolution, Cut, find_cut, steps_of
from training.backbone.feature import VARIANCE_FLOOR, Feature, quadrant_window
from training.backbone.weights import Weights

OPSET = 18
IR_VERSION = 10  # The newest that goes with the opset in every ONNX Runtime we may meet.
INPUT = "images"


def build(size: int, features: Sequence[Feature], weights: Weights, *, maps: bool = False) -> bytes:
    """Write the graph that computes several features in one pass.

    Args:
        size: height and width of the images in pixels, a multiple of 32.
        features: what to compute, of any number of cuts; repetitions are left out.
        weights: the weights to write into the graph.
        maps: whether to give the feature maps besides.

    Returns:
        A serialised ONNX model from uint8 RGB `images` [N, size, size, 3] to, for each feature in order,
        its name [N, width], and then, with `maps`, for each cut in order `<cut>_map` [N, h, w, channels].

    Raises:
        BackboneError: quadrants were asked of a map of a single place.
    """
    graph = _Graph(size, weights)
    cuts = {feature.cut: find_cut(feature.cut) for feature in features}
    values = {}
    current = entrance = graph.add_scaling()
    for step in steps_of(list(cuts.values())):
        entrance = current if step.begins_block else entrance
        current = graph.add_convolution(step.convolution, current)
        if step.has_shortcut:
            current = graph.add_shortcut(step.name, current, entrance)
        values[step.name] = current
    for feature in dict.fromkeys(features):
        graph.add_pooled_output(feature, values[cuts[feature.cut].name])
    for cut in cuts.values() if maps else ():
        graph.add_map_output(cut, values[cut.name])
    return graph.serialise()


class _Graph:
    """An ONNX graph in the making; inside it, images are [N, channels, height, width]."""

    def __init__(self, size: int, weights: Weights) -> None:
        self._size = self._current_size = size
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def add_scaling(self) -> str:
        self._node("Cast", [INPUT], "pixels", to=TensorProto.FLOAT)
        self._node("Sub", ["pixels", self._constant("mean", np.float32(PIXEL_MEAN))], "centred")
        self._node("Div", ["centred", self._constant("scale", np.float32(PIXEL_SCALE))], "scaled_channels_last")
        self._constant("lowest", np.float32(0))
        self._constant("highest", np.float32(6))
        return self._node("Transpose", ["scaled_channels_last"], "scaled", perm=[0, 3, 1, 2])

    def add_convolution(self, convolution: Convolution, inputs: str) -> str:
        name = convolution.name
        before, after = convolution.padding(self._current_size)
        axes = (2, 3, 0, 1) if convolution.depthwise else (3, 2, 0, 1)
        kernel = self._constant(f"{name}_kernel", self._weights.kernels[name].transpose(axes))
        bias = self._constant(f"{name}_bias", self._weights.biases[name])
        outputs = self._node(
            "Conv",
            [inputs, kernel, bias],
            name,
            group=convolution.input_channels if convolution.depthwise else 1,
            strides=[convolution.stride] * 2,
            pads=[before, before, after, after],
        )
        self._current_size = -(-self._current_size // convolution.stride)
        if not convolution.activated:
            return outputs
        return self._node("Clip", [outputs, "lowest", "highest"], f"{name}_relu6")

    def add_shortcut(self, name: str, current: str, entrance: str) -> str:
        return self._node("Add", [current, entrance], f"{name}_add")

    def add_pooled_output(self, feature: Feature, values: str) -> None:
        name = feature.name
        match feature.pooling:
            case "average":
                pooled = self._node("GlobalAveragePool", [values], f"{name}_places")
            case "deviation":
                pooled = self._add_deviation(name, values)
            case "quadrants":
                pooled = self._add_quadrants(name, values, find_cut(feature.cut).side(self._size))
        self._output(self._node("Flatten", [pooled], name, axis=1), [feature.width])

    def _add_deviation(self, name: str, values: str) -> str:
        average = self._node("GlobalAveragePool", [values], f"{name}_centre")
        centred = self._node("Sub", [values, average], f"{name}_centred")
        squared = self._node("Mul", [centred, centred], f"{name}_squared")
        variance = self._node("GlobalAveragePool", [squared], f"{name}_variance")
        floor = self._constant(f"{name}_floor", np.float32(VARIANCE_FLOOR))
        floored = self._node("Max", [variance, floor], f"{name}_floored")
        return self._node("Sqrt", [floored], f"{name}_root")

    def _add_quadrants(self, name: str, values: str, side: int) -> str:
        window, step = quadrant_window(side)
        quarters = self._node(
            "AveragePool", [values], f"{name}_quarters", kernel_shape=[window] * 2, strides=[step] * 2
        )
        return self._node("Transpose", [quarters], f"{name}_channels_last", perm=[0, 2, 3, 1])

    def add_map_output(self, cut: Cut, values: str) -> None:
        side = cut.side(self._size)
        last = self._node("Transpose", [values], f"{cut.name}_map", perm=[0, 2, 3, 1])
        self._output(last, [side, side, cut.channels])

    def serialise(self) -> bytes:
        images = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["batch", self._size, self._size, 3])
        graph = helper.make_graph(self._nodes, "efficientnet_lite0", [images], self._outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        return bytes(model.SerializeToString(deterministic=True))

    def _node(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: np.float32 | NDArray[np.float32]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def _output(self, name: str, shape: list[int]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]))
