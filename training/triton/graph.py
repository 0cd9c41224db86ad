"""What an ONNX file takes and gives, read from the file itself."""

from collections.abc import Iterable
from dataclasses import dataclass

import onnx
from onnx import TensorProto

from training.errors import TrainingError

TYPES = {
    TensorProto.BOOL: "BOOL",
    TensorProto.UINT8: "UINT8",
    TensorProto.INT8: "INT8",
    TensorProto.INT32: "INT32",
    TensorProto.INT64: "INT64",
    TensorProto.FLOAT16: "FP16",
    TensorProto.FLOAT: "FP32",
    TensorProto.DOUBLE: "FP64",
    TensorProto.STRING: "STRING",
}
"""Triton's names of the element types, without `TYPE_`."""
ANY_SIZE = -1


@dataclass(frozen=True)
class Tensor:
    """An input or output: its name, the type of its elements, and the sizes of one row, without the batch's.

    A size is `ANY_SIZE` where it may vary. Without sizes, a row is one number.
    """

    name: str
    kind: str
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """The inputs and outputs of a network."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def read(model: bytes) -> Graph:
    """Read the inputs and outputs of an ONNX file; raises `TrainingError` where Triton could not batch them."""
    graph = onnx.load_from_string(model).graph
    weights = {tensor.name for tensor in graph.initializer}
    inputs = _tensors(value for value in graph.input if value.name not in weights)
    return Graph(inputs, _tensors(graph.output))


def _tensors(values: Iterable[onnx.ValueInfoProto]) -> tuple[Tensor, ...]:
    return tuple(_tensor(value) for value in values)


def _tensor(value: onnx.ValueInfoProto) -> Tensor:
    described = value.type.tensor_type
    sizes = [size.dim_value if size.HasField("dim_value") else ANY_SIZE for size in described.shape.dim]
    if described.elem_type not in TYPES or not sizes or sizes[0] != ANY_SIZE:
        raise TrainingError(
            f"{value.name} of model.onnx is {TensorProto.DataType.Name(described.elem_type)} of shape {sizes}; a type "
            "that Triton knows, and a first size that is free, for the batch, were expected. Train the model again."
        )
    return Tensor(value.name, TYPES[described.elem_type], tuple(sizes[1:]))
