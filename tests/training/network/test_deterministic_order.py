"""tf2onnx goes through operators in the order of their graph, whatever their addresses and names are."""

import random
from typing import Any

import numpy as np
import pytest
from tf2onnx.graph import Graph

from training.network.deterministic_order import steady_order

USERS = 40


@pytest.fixture
def graph() -> Any:
    """One constant, used by forty operators, which one sum joins; their names are in no order."""
    made = Graph([], output_shapes={}, dtypes={}, target=[], opset=18)
    constant = made.make_const("constant", np.ones(3, np.float32))
    names = [str(number) for number in range(USERS)]
    random.Random(0).shuffle(names)
    users = [made.make_node("Neg", constant.output, name=name) for name in names]
    made.make_node("Sum", [user.output[0] for user in users], name="sum", outputs=["out"])
    made.outputs = ["out"]
    return made


def test_operators_stay_in_the_order_of_their_graph(graph: Any) -> None:
    order = [node.name for node in graph.get_nodes()]
    with steady_order():
        assert [node.name for node in graph.find_output_consumers(graph.get_nodes()[0].output[0])] == order[1:-1]
        graph.delete_unused_nodes(["out"])
    assert [node.name for node in graph.get_nodes()] == order


def test_without_it_they_do_not(graph: Any) -> None:
    """Else the pinned version of tf2onnx has mended this itself, and the module can go."""
    order = [node.name for node in graph.get_nodes()]
    graph.delete_unused_nodes(["out"])
    assert [node.name for node in graph.get_nodes()] != order


def test_tf2onnx_is_left_as_it_was() -> None:
    before = Graph.extract_sub_graph_nodes, Graph.find_output_consumers
    with pytest.raises(KeyError), steady_order():
        raise KeyError
    assert before == (Graph.extract_sub_graph_nodes, Graph.find_output_consumers)
