"""Tiny networks built by hand, whose outputs can be computed on paper.

The logit is `gain * (mean brightness - 0.5)`, evidence is its share at each place, and novelty is the spread of
brightness. A test can thus know every answer without running the code under test.
"""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

SIDE = 8


def build(gain: float = 8.0, side: int = SIDE, channels: int = 3, evidence: bool = True, novelty: bool = True) -> bytes:
    """Return the network as the bytes of model.onnx."""
    constants = [
        helper.make_tensor("scale", TensorProto.FLOAT, [], [1 / 255]),
        helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]),
        helper.make_tensor("gain", TensorProto.FLOAT, [], [gain]),
        helper.make_tensor("channel", TensorProto.INT64, [1], [3]),
        helper.make_tensor("places", TensorProto.INT64, [2], [1, 2]),
    ]
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["float", "scale"], ["bright"]),
        helper.make_node("ReduceMean", ["bright", "channel"], ["gray"], keepdims=0),
        helper.make_node("Sub", ["gray", "half"], ["centred"]),
        helper.make_node("Mul", ["centred", "gain"], ["evidence"]),
        helper.make_node("ReduceMean", ["evidence", "places"], ["logit"], keepdims=0),
        helper.make_node("ReduceMax", ["gray", "places"], ["most"], keepdims=0),
        helper.make_node("ReduceMin", ["gray", "places"], ["least"], keepdims=0),
        helper.make_node("Sub", ["most", "least"], ["novelty"]),
    ]
    outputs = [helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["N"])]
    if novelty:
        outputs.append(helper.make_tensor_value_info("novelty", TensorProto.FLOAT, ["N"]))
    if evidence:
        outputs.append(helper.make_tensor_value_info("evidence", TensorProto.FLOAT, ["N", side, side]))
    taken = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", side, side, channels])
    graph = helper.make_graph(nodes, "brightness", [taken], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def expected(pixels: NDArray[np.uint8], gain: float = 8.0) -> tuple[float, float]:
    """Return the logit and novelty of one image `[h, w, c]`, computed without the network."""
    gray = pixels.astype(np.float64).mean(axis=-1) / 255
    return float(gain * (gray.mean() - 0.5)), float(gray.max() - gray.min())
