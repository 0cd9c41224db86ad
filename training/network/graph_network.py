"""A network that was written as an ONNX graph, operator by operator: what gave the features is what is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from artifact import network
from artifact.card import ImageSpec
from artifact.network import NOVELTY, Floats, Opened, Pixels
from training.evaluation.novelty import Novelty
from training.network.graph import Graph
from training.network.interface import FEATURES

PIXELS, MOST = 224 * 224, 16
"""In one run, and images: ONNX Runtime keeps about 5 MB for each of 224 pixels, and they are as fast one by one."""


@dataclass(frozen=True, eq=False)
class GraphNetwork:
    """A finished graph; see `training.network.interface.Network`.

    Attributes:
        graph: From the published network's input to its outputs and `features`.
        spec: The tensor that it takes.
    """

    graph: Graph
    spec: ImageSpec

    @property
    def outputs(self) -> Mapping[str, tuple[int, ...]]:
        """The sizes of a row of each output, by name."""
        return self.graph.outputs

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        """Return the outputs for uint8 `[N, height, width, channels]`."""
        return self._opened.run(pixels)

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        """Return the ONNX file with novelty in place of `features`."""
        whole = self.graph.copy()
        if novelty is not None:
            add_novelty(whole, FEATURES, novelty)
        whole.withhold(FEATURES)
        return whole.serialise()

    @cached_property
    def _opened(self) -> Opened:
        session = network.open_session(self.graph.serialise())
        batch = min(MOST, max(1, PIXELS // (self.spec.height * self.spec.width)))
        return Opened(session, network.INPUT, tuple(self.graph.outputs), batch)


def add_novelty(graph: Graph, features: str, novelty: Novelty) -> None:
    """Write the share of the features' squared length that the directions do not explain, as the output `novelty`."""
    squares = graph.sum_over(graph.node("Mul", [features, features]), [1], keep=True)
    length = graph.node("Max", [graph.node("Sqrt", [squares]), graph.constant(1e-9)])
    along = graph.node("MatMul", [graph.node("Div", [features, length]), graph.constant(novelty.directions)])
    explained = graph.sum_over(graph.node("Mul", [along, along]), [1])
    graph.give(graph.node("Sub", [graph.constant(1.0), explained], NOVELTY))
