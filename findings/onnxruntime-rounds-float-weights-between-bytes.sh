#!/usr/bin/env bash
# Weights that a model stores as float32 are rounded to 8 bits when ONNX Runtime opens it, where a convolution stands between
# DequantizeLinear and QuantizeLinear: with one scale for all channels, so that a channel of small weights is lost, and its
# output becomes 0. It does so at the default level of optimisation and at every one but none at all; the ONNX specification
# has the float32 weights, and so has the same file with optimisation off. Who rounds activations only gets both.
set -euo pipefail
export ORT_DISABLE_TELEMETRY=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("onnxruntime", version("onnxruntime"), "onnx", version("onnx"))
constants = {
    "in_scale": np.float32(1 / 255), "in_zero": np.uint8(0),
    "kernel": np.array([2.0, 0.003], np.float32).reshape(2, 1, 1, 1),  # two channels out of one
    "bias": np.zeros(2, np.float32),
    "out_scale": np.float32(0.0001), "out_zero": np.uint8(0),
}
nodes = [
    helper.make_node("DequantizeLinear", ["image", "in_scale", "in_zero"], ["x"]),
    helper.make_node("Conv", ["x", "kernel", "bias"], ["y"]),
    helper.make_node("QuantizeLinear", ["y", "out_scale", "out_zero"], ["q"]),
    helper.make_node("DequantizeLinear", ["q", "out_scale", "out_zero"], ["answer"]),
]
graph = helper.make_graph(
    nodes, "g",
    [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 1, 2, 2])],
    [helper.make_tensor_value_info("answer", TensorProto.FLOAT, None)],
    [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10).SerializeToString()
image = np.full((1, 1, 2, 2), 255, np.uint8)
found = {}
for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_ALL"):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    found[level] = float(session.run(None, {"image": image})[0][0, 1, 0, 0])
    print(f"{level}: 1 times the weight 0.003 is {found[level]:.4f}")
exact = abs(found.pop("ORT_DISABLE_ALL") - 0.003) < 0.0001
raise SystemExit(0 if exact and all(value == 0 for value in found.values()) else 1)
PYTHON
