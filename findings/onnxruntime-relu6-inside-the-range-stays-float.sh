#!/usr/bin/env bash
# A convolution of bytes with a ReLU6 is fused to one operator of bytes by ONNX Runtime only where 6 lies at the end of the
# range of bytes or beyond it, since it can then leave the ReLU6 out. Where the range goes on to 7.97 (a scale of 2 ** -5, as
# backends that shift in place of multiplying ask for), the convolution runs in float32, with its inputs and weights
# turned back into floats at every run, without a warning: the quantised model is slower than the one it was made from.
set -euo pipefail
export ORT_DISABLE_TELEMETRY=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - "$folder/optimized.onnx" <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("onnxruntime", version("onnxruntime"), "onnx", version("onnx"))


def fuse(scale):
    """Return the operators that a convolution with a ReLU6 becomes."""
    constants = {
        "in_scale": np.float32(0.0625), "in_zero": np.uint8(128), "numbers": np.ones((8, 8, 1, 1), np.int8),
        "one": np.float32(0.0625), "nought": np.int8(0), "bias": np.zeros(8, np.int32), "bias_scale": np.float32(0.0625**2),
        "low": np.float32(0), "high": np.float32(6), "out_scale": np.float32(scale), "out_zero": np.uint8(0),
    }
    nodes = [
        helper.make_node("DequantizeLinear", ["image", "in_scale", "in_zero"], ["x"]),
        helper.make_node("DequantizeLinear", ["numbers", "one", "nought"], ["kernel"]),
        helper.make_node("DequantizeLinear", ["bias", "bias_scale"], ["offset"]),
        helper.make_node("Conv", ["x", "kernel", "offset"], ["y"]),
        helper.make_node("Clip", ["y", "low", "high"], ["z"]),
        helper.make_node("QuantizeLinear", ["z", "out_scale", "out_zero"], ["answer"]),
    ]
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 8, 4, 4])],
        [helper.make_tensor_value_info("answer", TensorProto.UINT8, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10).SerializeToString()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = sys.argv[1]
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return {node.op_type for node in onnx.load(sys.argv[1]).graph.node}


seen = {scale: fuse(scale) for scale in (6 / 255, 3 * 2.0**-7, 2.0**-5)}
for scale, operators in seen.items():
    print(f"bytes end at {255 * scale:.2f}: {', '.join(sorted(operators))}")
whole = [scale for scale, operators in seen.items() if "QLinearConv" in operators]
raise SystemExit(0 if whole == [6 / 255, 3 * 2.0**-7] and "DequantizeLinear" in seen[2.0**-5] else 1)
PYTHON
