"""Networks of one's own, written by hand as exporters write them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from artifact.card import ImageSpec
from training.backbone import own
from training.backbone.own_file import NORMALISATIONS
from training.network.graph import Graph

IMAGENET = NORMALISATIONS["imagenet"]
Sizes = Sequence[int | str]


def write(
    path: Path,
    sizes: Sizes,
    nodes: Sequence[onnx.NodeProto],
    outputs: dict[str, Sizes],
    weights: dict[str, NDArray[Any]] | None = None,
    opset: int = 18,
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write an ONNX file with one input, `pixels`, as an exporter would."""
    graph = helper.make_graph(
        list(nodes),
        "made by hand",
        [helper.make_tensor_value_info("pixels", kind, sizes)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    onnx.save(model, str(path))
    return path


def mean_of_channels(path: Path, sizes: Sizes = ("n", 3, 8, 8), **options: Any) -> Path:
    """Write a network whose vector is each channel's mean; it shows how pixels reach it."""
    pooled = helper.make_node("GlobalAveragePool", ["pixels"], ["map"])
    flat = helper.make_node("Flatten", ["map"], ["vector"])
    return write(path, sizes, [pooled, flat], {"vector": ("n", 3)}, **options)


def run(found: own.OwnBackbone, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Run what is written into a graph, from uint8 pixels to the vector."""
    graph, spec = Graph(), ImageSpec(found.height, found.width, found.color)
    vector, width = found.find_vector(graph, found.write(graph, spec))
    graph.give(graph.node("Identity", [vector], "given"), [width])
    session = onnxruntime.InferenceSession(graph.serialise(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"image": pixels})[0])
