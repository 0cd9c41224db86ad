"""The same network in several forms: how its weights are stored, and whether its activations are rounded too."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from artifact import telemetry
from artifact.network import INPUT
from training.output.compressing import compress

quantization = telemetry.import_onnxruntime("onnxruntime.quantization")
shape_inference = telemetry.import_onnxruntime("onnxruntime.quantization.shape_inference")

PUBLISHED = "as published"
BATCH = 8
LEAST = 1024
"""Bytes; smaller tensors stay as they are."""


def forms(model: bytes, images: NDArray[np.uint8]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the file of each form of a float32 network; `images` are what static int8 is calibrated on."""
    yield PUBLISHED, compress(model)
    yield "float32", model
    yield "float16", halve(model)
    yield "static int8", quantise(model, images)


def halve(model: bytes) -> bytes:
    """Return the network with its weights in float16; it runs in float32, on what ONNX Runtime makes of them once."""
    network = onnx.load_from_string(model)
    casts = []
    for tensor in network.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.nbytes < LEAST:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}__half"))
        casts.append(helper.make_node("Cast", [f"{name}__half"], [name], name=f"{name}__cast", to=TensorProto.FLOAT))
    nodes = [*casts, *network.graph.node]
    del network.graph.node[:]
    network.graph.node.extend(nodes)
    return bytes(network.SerializeToString(deterministic=True))


def quantise(model: bytes, images: NDArray[np.uint8]) -> bytes:
    """Return the network with convolutions in int8: a scale a channel for weights, one a tensor for what they take.

    Weights have 7 bits, so that sums do not overflow on processors without VNNI, and answers do not depend on it. What
    comes after the backbone stays in float32.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, prepared, done = (str(Path(folder) / f"{name}.onnx") for name in ("given", "prepared", "done"))
        Path(given).write_bytes(model)
        shape_inference.quant_pre_process(given, prepared, skip_symbolic_shape=True)
        quantization.quantize_static(
            prepared,
            done,
            _Reader(images),
            quant_format=quantization.QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Add", "Clip"],
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
        )
        return Path(done).read_bytes()


class _Reader(quantization.CalibrationDataReader):  # type: ignore[misc]  # ONNX Runtime has no types
    """The training images, a few at a time, whose largest and smallest activations set the ranges."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._batches = iter([{INPUT: images[start : start + BATCH]} for start in range(0, len(images), BATCH)])

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        return next(self._batches, None)
