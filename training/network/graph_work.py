"""What a network in an ONNX file has to compute for an image."""

import math

import onnx


def count(model: onnx.ModelProto) -> float:
    """Return the millions of multiplications of convolutions and matrix products, as far as shapes tell them."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {one.name: tuple(one.dims) for one in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        shapes[value.name] = tuple(max(1, side.dim_value) for side in value.type.tensor_type.shape.dim)
    return sum(_count(node, shapes) for node in graph.node) / 1e6


def _count(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    """Count of each number of the output as many as it is a sum of."""
    given, made = shapes.get(node.input[1] if len(node.input) > 1 else ""), shapes.get(node.output[0])
    if given is None or made is None:
        return 0
    match node.op_type:
        case "Conv":
            return math.prod(made) * math.prod(given[1:])
        case "MatMul" | "Gemm":
            shared = shapes.get(node.input[0], (0,))[-1]
            return math.prod(made) * shared
    return 0
