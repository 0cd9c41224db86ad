"""EfficientNet-Lite0 as an ONNX graph, written straight from the weights: no TensorFlow, no conversion.

It is what extracts frozen features. Published models are exported from Keras; a test holds the two together.
"""

from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.backbone.architecture import (
    BLOCKS,
    HEAD,
    PIXEL_MEAN,
    PIXEL_SCALE,
    STEM,
    Block,
    Convolution,
    Cut,
)
from training.backbone.weights import Weights

OPSET = 18
IR_VERSION = 10  # The newest that goes with the opset in every ONNX Runtime we may meet.
INPUT = "images"


def build(size: int, cuts: Sequence[Cut], weights: Weights, *, maps: bool = False) -> bytes:
    """Write the graph that computes several cuts in one pass.

    Args:
        size: height and width of the images in pixels, a multiple of 32.
        cuts: where to take features.
        weights: the weights to write into the graph.
        maps: whether to give the feature maps besides their averages.

    Returns:
        A serialised ONNX model from uint8 RGB `images` [N, size, size, 3] to, for each cut in order,
        `<cut>_pooled` [N, channels], and then, with `maps`, for each cut `<cut>_map` [N, h, w, channels].
    """
    graph = _Graph(size, weights)
    graph.add_scaling()
    features = graph.add_convolution(STEM, "scaled")
    values = {}
    for block in BLOCKS[: max(cut.blocks for cut in cuts)]:
        values[block.name] = features = graph.add_block(block, features)
    if any(cut.has_head for cut in cuts):
        values["last"] = graph.add_convolution(HEAD, features)
    for cut in cuts:
        graph.add_pooled_output(cut, values[cut.name])
    for cut in cuts if maps else ():
        graph.add_map_output(cut, values[cut.name], size)
    return graph.serialise()


class _Graph:
    """An ONNX graph in the making; inside it, images are [N, channels, height, width]."""

    def __init__(self, size: int, weights: Weights) -> None:
        self._size = self._current_size = size
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def add_scaling(self) -> None:
        self._node("Cast", [INPUT], "pixels", to=TensorProto.FLOAT)
        self._node("Sub", ["pixels", self._constant("mean", np.float32(PIXEL_MEAN))], "centred")
        self._node("Div", ["centred", self._constant("scale", np.float32(PIXEL_SCALE))], "scaled_channels_last")
        self._node("Transpose", ["scaled_channels_last"], "scaled", perm=[0, 3, 1, 2])
        self._constant("lowest", np.float32(0))
        self._constant("highest", np.float32(6))

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

    def add_block(self, block: Block, inputs: str) -> str:
        features = inputs
        for convolution in block.convolutions():
            features = self.add_convolution(convolution, features)
        return self._node("Add", [features, inputs], f"{block.name}_add") if block.has_shortcut else features

    def add_pooled_output(self, cut: Cut, features: str) -> None:
        average = self._node("GlobalAveragePool", [features], f"{cut.name}_average")
        self._output(self._node("Flatten", [average], f"{cut.name}_pooled", axis=1), [cut.channels])

    def add_map_output(self, cut: Cut, features: str, size: int) -> None:
        side = size // cut.stride
        last = self._node("Transpose", [features], f"{cut.name}_map", perm=[0, 2, 3, 1])
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
