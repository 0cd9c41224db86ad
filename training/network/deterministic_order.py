"""Let tf2onnx simplify a network in one order, so that equal runs make equal files.

tf2onnx 1.17 keeps the operators of a graph, and those that use a value, in sets, whose order is that of addresses in
memory and of hashes that Python draws anew at each start. Most of the time the result is the same; about once in two
hundred conversions another of two transpositions is moved first, and the file computes the same with other bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def steady_order() -> Iterator[None]:
    """Make tf2onnx go through operators in the order in which they stand in their graph."""
    from tf2onnx.graph import Graph

    kept, users = Graph.extract_sub_graph_nodes, Graph.find_output_consumers

    def extract_sub_graph_nodes(self: Any, *arguments: Any, **options: Any) -> list[Any]:
        return _sort(self, kept(self, *arguments, **options))

    def find_output_consumers(self: Any, output: str) -> list[Any]:
        return _sort(self, users(self, output))

    Graph.extract_sub_graph_nodes, Graph.find_output_consumers = extract_sub_graph_nodes, find_output_consumers
    try:
        yield
    finally:
        Graph.extract_sub_graph_nodes, Graph.find_output_consumers = kept, users


def _sort(graph: Any, nodes: list[Any]) -> list[Any]:
    """Return operators in the order of their graph; those of a graph inside it stay behind, as they came."""
    if len(nodes) < 2:
        return nodes
    places = {id(node): place for place, node in enumerate(graph.get_nodes())}
    return sorted(nodes, key=lambda node: places.get(id(node), len(places)))
