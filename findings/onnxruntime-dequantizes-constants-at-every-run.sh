#!/usr/bin/env bash
# ONNX Runtime folds constants when it opens a model, but not a DequantizeLinear of a constant int8 weight, which is how
# the format's own quantised weights are stored: before a Conv the operator stays and runs for every image. The same
# numbers by Cast and Mul are folded. A model with int8 weights, to be small, pays in time unless it says it so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("onnxruntime", version("onnxruntime"), "onnx", version("onnx"))


def operators(nodes, initializers):
    """Return the operators of the graph as ONNX Runtime runs it."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 64, 8, 8])
    logit = helper.make_tensor_value_info("logit", TensorProto.FLOAT, [1, 32, 8, 8])
    graph = helper.make_graph(
        [*nodes, helper.make_node("Conv", ["image", "weights"], ["logit"])], "g", [image], [logit], initializers
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = f"{sys.argv[1]}/optimized.onnx"
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return [node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node]


numbers = np.random.default_rng(0).integers(-127, 128, (32, 64, 1, 1)).astype(np.int8)
stored = [numpy_helper.from_array(numbers, "numbers"), numpy_helper.from_array(np.float32(0.01), "scale")]
dequantized = operators([helper.make_node("DequantizeLinear", ["numbers", "scale"], ["weights"])], stored)
multiplied = operators(
    [
        helper.make_node("Cast", ["numbers"], ["whole"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["whole", "scale"], ["weights"]),
    ],
    stored,
)
print("with DequantizeLinear of a constant:", dequantized)
print("with Cast and Mul of the same:", multiplied)
raise SystemExit(0 if "DequantizeLinear" in dequantized and multiplied == ["Conv"] else 1)
PYTHON
