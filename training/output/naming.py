"""Name the parts of an ONNX network by what they are and their place, not by the course of the program that made them.

Keras and tf2onnx number everything that they make, so the same network made later in a process has other names, and a
file of other bytes: the second of two equal runs would look like a new model.
"""

from collections import Counter
from collections.abc import Sequence, Set

import onnx


def rename(model: bytes) -> bytes:
    """Return the same network with names and an order that follow from its structure alone.

    Inputs and outputs keep their names. Operators and weights that no output needs are left out.
    """
    network = onnx.load_from_string(model)
    graph = network.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = _order(graph)
    names = _choose_names(graph, nodes, weights.keys())
    used = [weights[name] for name in names if name in weights]
    for tensor in used:
        tensor.name = names[tensor.name]
    for node in nodes:
        node.input[:], node.output[:] = [names[name] for name in node.input], [names[name] for name in node.output]
        node.name = node.output[0]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend(used)
    graph.name, graph.doc_string = "network", ""
    _name_sizes(graph)
    return bytes(network.SerializeToString(deterministic=True))


def _choose_names(graph: onnx.GraphProto, nodes: Sequence[onnx.NodeProto], weights: Set[str]) -> dict[str, str]:
    """Return the new name of every value by its old one, in the order of first use."""
    kept = {value.name for value in (*graph.input, *graph.output)}
    counts: Counter[str] = Counter()
    names = {"": ""}  # an optional input that is left out has no name
    for node in nodes:
        for name in (*node.input, *node.output):
            if name not in names:
                kind = "weight" if name in weights else node.op_type.lower()
                names[name] = name if name in kept else f"{kind}_{counts[kind]}"
                counts[kind] += 1
    return names


def _name_sizes(graph: onnx.GraphProto) -> None:
    """Name the sizes that are open: the number of images is `batch`."""
    for value in (*graph.input, *graph.output):
        for position, size in enumerate(value.type.tensor_type.shape.dim):
            if not size.HasField("dim_value"):
                size.dim_param = "batch" if position == 0 else f"{value.name}_{position}"


def _order(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Return copies of the operators in the order in which the outputs, one after the other, need them."""
    makers = {name: node for node in graph.node for name in node.output}
    done: dict[str, onnx.NodeProto] = {}
    waiting = [makers[value.name] for value in reversed(graph.output)]
    while waiting:
        before = [makers[name] for name in waiting[-1].input if name in makers]
        missing = [node for node in before if node.output[0] not in done]
        if missing:
            waiting.append(missing[0])
        else:
            node = waiting.pop()
            done[node.output[0]] = node
    copies = []
    for node in done.values():
        copies.append(onnx.NodeProto())
        copies[-1].CopyFrom(node)
    return copies
