"""While tf2onnx simplifies a network, few copies of it are alive at a time."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tf2onnx.graph import Graph
from tf2onnx.optimizer import optimize_graph
from tf2onnx.optimizer.optimizer_base import GraphOptimizerBase

from training.network.conversion_memory import prompt_collection

SIMPLIFICATIONS = 12


@pytest.fixture
def count_copies() -> Iterator[Callable[[], list[int]]]:
    """Simplify a small graph in twelve ways that change nothing; the graphs that are alive at each."""

    def count() -> list[int]:
        alive = []

        class Idle(GraphOptimizerBase):
            def _optimize(self, graph: Any) -> Any:
                alive.append(sum(isinstance(one, Graph) for one in gc.get_objects()))
                return graph

        graph = Graph([], output_shapes={}, dtypes={}, target=[], opset=18)
        graph.make_node("Constant", [], name="constant", outputs=["out"])
        graph.outputs = ["out"]
        optimize_graph(graph, optimizers={str(number): Idle for number in range(SIMPLIFICATIONS)})
        return alive

    gc.collect()
    gc.disable()  # else it comes by chance
    yield count
    gc.enable()


def test_a_copy_is_gone_before_the_next(count_copies: Callable[[], list[int]]) -> None:
    with prompt_collection():
        alive = count_copies()
    assert len(alive) == SIMPLIFICATIONS
    assert max(alive) == alive[2] <= 4  # however many simplifications there are


def test_without_it_they_heap_up(count_copies: Callable[[], list[int]]) -> None:
    """Else the pinned version of tf2onnx has mended this itself, and the module can go."""
    assert max(count_copies()) > SIMPLIFICATIONS // 2


def test_all_is_left_as_it_was() -> None:
    before = GraphOptimizerBase.optimize
    with prompt_collection():
        assert gc.get_freeze_count() > 0
    assert GraphOptimizerBase.optimize is before
    assert gc.get_freeze_count() == 0
    with pytest.raises(KeyError), prompt_collection():
        raise KeyError
    assert GraphOptimizerBase.optimize is before
    assert gc.get_freeze_count() == 0
