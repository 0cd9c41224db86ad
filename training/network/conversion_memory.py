"""Let tf2onnx forget each copy of a network before it makes the next, which takes up to a third off training's peak.

tf2onnx 1.17 copies the graph with all its weights before each simplification. The copies refer to themselves, so they
stay until Python looks for such, and it looks by the number of new objects, not by their bytes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def prompt_collection() -> Iterator[None]:
    """Collect what each simplification of tf2onnx leaves, among the objects made meanwhile only, which is quick."""
    from tf2onnx.optimizer.optimizer_base import GraphOptimizerBase

    simplify = GraphOptimizerBase.optimize

    def optimize(self: Any, graph: Any, iteration: int) -> Any:
        simplified = simplify(self, graph, iteration)
        gc.collect()
        return simplified

    gc.collect()
    gc.freeze()
    GraphOptimizerBase.optimize = optimize
    try:
        yield
    finally:
        GraphOptimizerBase.optimize = simplify
        gc.unfreeze()
