"""Let a network that computes in half precision compute in float32; its weights stay in the file as they are.

ONNX Runtime has hardly any kernels of half precision for processors: it puts casts around each operator, which is
slower than float32 and rounds after every step, and bfloat16 it does not run at all. A weight is cast once instead,
when the file is opened.
"""

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, helper, numpy_helper

HALVES = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
_NAMES_A_TYPE = ("to", "dtype")
"""Attributes that hold a type of tensor: of Cast, and of the operators that make numbers."""


def widen(model: ModelProto) -> None:
    """Change the network in place; one without half precision stays as it is."""
    _widen(model.graph)


def _widen(graph: GraphProto) -> None:
    weights = {tensor.name for tensor in graph.initializer}
    variables = [value for value in graph.input if value.name not in weights]  # older files name weights as inputs too
    del graph.input[:]
    graph.input.extend(variables)
    for value in (*graph.input, *graph.output, *graph.value_info):
        if value.type.tensor_type.elem_type in HALVES:
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in graph.node:
        for attribute in node.attribute:
            _widen_attribute(attribute)
    nodes = [*_cast_weights(graph), *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _widen_attribute(attribute: AttributeProto) -> None:
    if attribute.name in _NAMES_A_TYPE and attribute.i in HALVES:
        attribute.i = TensorProto.FLOAT
    if attribute.t.data_type in HALVES:
        attribute.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(attribute.t).astype(np.float32)))
    if attribute.type == AttributeProto.GRAPH:
        _widen(attribute.g)
    for graph in attribute.graphs:
        _widen(graph)


def _cast_weights(graph: GraphProto) -> list[onnx.NodeProto]:
    """Give the weights of half precision other names; return what casts them to float32 under their own."""
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type in HALVES:
            name, tensor.name = tensor.name, f"{tensor.name}_half"
            casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    return casts
