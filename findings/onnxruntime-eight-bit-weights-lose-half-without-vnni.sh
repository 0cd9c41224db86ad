#!/usr/bin/env bash
# The same int8 model answers otherwise on another processor: without VNNI, ONNX Runtime adds up pairs of products of an
# activation (8 bits, unsigned) and a weight (8 bits, signed) in 16 bits, which stop at 32767. QLinearConv and MatMulInteger
# then give half of what ONNX defines, without a word; a QLinearConv of one channel at a time, and unsigned weights, do not,
# nor do weights up to 64. Quantising with default settings gives weights up to 127 (`reduce_range` is off).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import platform
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("onnxruntime", version("onnxruntime"), "onnx", version("onnx"))
CHANNELS = 64


def run(operator, image, constants, kind, **attributes):
    """Return the first number of what one operator gives."""
    taken = helper.make_tensor_value_info("image", TensorProto.UINT8, list(image.shape))
    given = helper.make_tensor_value_info("answer", kind, None)
    stored = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    node = helper.make_node(operator, ["image", *constants], ["answer"], **attributes)
    model = helper.make_model(
        helper.make_graph([node], "g", [taken], [given], stored), opset_imports=[helper.make_opsetid("", 18)], ir_version=10
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return float(session.run(None, {"image": image})[0].flat[0])


def convolve(weight, shape, group):
    """Return what a convolution gives whose exact result, in its scale, is 200."""
    kernel = np.full(shape, weight, np.int8)
    exact = 255 * int(kernel[0].astype(int).sum())
    scales = {"image_scale": np.float32(1), "image_zero": np.uint8(0), "kernel": kernel, "kernel_scale": np.float32(1)}
    scales |= {"kernel_zero": np.int8(0), "answer_scale": np.float32(exact / 200), "answer_zero": np.uint8(0)}
    image = np.full((1, CHANNELS, 8, 8), 255, np.uint8)
    return run("QLinearConv", image, scales, TensorProto.UINT8, group=group)


def multiply(weight, kind):
    """Return what a matrix product gives, of an exact 200."""
    found = run("MatMulInteger", np.full((8, CHANNELS), 255, np.uint8), {"w": np.full((CHANNELS, 16), weight, kind)}, TensorProto.INT32)
    return round(200 * found / (255 * weight * CHANNELS))


seen = {}
for weight in (127, 64):
    seen[f"QLinearConv 1 x 1, weights {weight}"] = convolve(weight, (CHANNELS, CHANNELS, 1, 1), 1)
    seen[f"QLinearConv 3 x 3, weights {weight}"] = convolve(weight, (CHANNELS, CHANNELS, 3, 3), 1)
    seen[f"QLinearConv 3 x 3, a channel at a time, weights {weight}"] = convolve(weight, (CHANNELS, 1, 3, 3), CHANNELS)
    seen[f"MatMulInteger, weights {weight}"] = multiply(weight, np.int8)
    seen[f"MatMulInteger, unsigned weights {weight}"] = multiply(weight, np.uint8)
for name, answer in seen.items():
    print(f"{name}: {answer:.0f} of 200")
if platform.machine() != "x86_64" or re.search(r"\bavx(512)?_vnni\b", Path("/proc/cpuinfo").read_text()):
    print("this processor adds up in 32 bits, so it does not show here")
    raise SystemExit(0 if set(seen.values()) == {200} else 1)
halved = [name for name, answer in seen.items() if answer < 110]
expected = [f"{what}, weights 127" for what in ("QLinearConv 1 x 1", "QLinearConv 3 x 3", "MatMulInteger")]
raise SystemExit(0 if sorted(halved) == sorted(expected) and sum(answer == 200 for answer in seen.values()) == 7 else 1)
PYTHON
