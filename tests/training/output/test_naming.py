"""Names follow from structure: the same network under other names and in another order is the same file."""

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.output.naming import rename

IMAGES = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


def _network(prefix: str = "", backwards: bool = False, size: str | int = "N", weight: float = 2.0) -> bytes:
    """Two outputs that share a part, an unused part, and an optional input left out."""

    def name(text: str) -> str:
        return prefix + text

    nodes = [
        helper.make_node("Mul", ["image", name("w")], [name("shared")], name=name("one")),
        helper.make_node("Clip", [name("shared"), "", name("top")], ["logit"], name=name("two")),
        helper.make_node("Add", [name("shared"), name("w")], ["evidence"], name=name("three")),
        helper.make_node("Neg", ["image"], [name("nowhere")], name=name("four")),
    ]
    weights = [
        numpy_helper.from_array(np.full(4, weight, np.float32), name("w")),
        numpy_helper.from_array(np.float32(1), name("top")),
        numpy_helper.from_array(np.float32(9), name("unused")),
    ]
    shape = [size, 4]
    graph = helper.make_graph(
        [nodes[0], nodes[3], nodes[2], nodes[1]] if backwards else nodes,
        name("graph"),
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape) for output in ("logit", "evidence")],
        weights[::-1] if backwards else weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _run(model: bytes) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: list[NDArray[np.float32]] = session.run(["logit", "evidence"], {"image": IMAGES})
    return found


def test_the_same_network_under_other_names_is_the_same_file() -> None:
    assert rename(_network()) == rename(_network("functional_7/", backwards=True, size="unk__93"))
    assert rename(_network()) != rename(_network(weight=3.0))


def test_it_computes_what_it_did() -> None:
    for expected, found in zip(_run(_network()), _run(rename(_network())), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_names_are_whole_and_what_no_output_needs_is_left_out() -> None:
    model = onnx.load_from_string(rename(_network("functional_7/")))
    onnx.checker.check_model(model, full_check=True)
    graph = model.graph
    assert [node.op_type for node in graph.node] == ["Mul", "Clip", "Add"]
    assert len(graph.initializer) == 2
    assert [value.name for value in (*graph.input, *graph.output)] == ["image", "logit", "evidence"]
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert b"functional_7" not in model.SerializeToString()
    values = [name for node in graph.node for name in node.output]
    assert len(set(values)) == len(values)


def test_it_is_done_once() -> None:
    assert rename(rename(_network())) == rename(_network())


def test_a_long_chain_is_no_deep_recursion() -> None:
    length = 3000
    nodes = [
        helper.make_node("Neg", ["image" if at == 0 else f"v{at}"], [f"v{at + 1}"], name=f"n{at}")
        for at in range(length)
    ]
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N"]) for name in ("image", f"v{length}")]
    model = helper.make_model(helper.make_graph(nodes, "g", info[:1], info[1:]))
    assert len(onnx.load_from_string(rename(model.SerializeToString())).graph.node) == length
