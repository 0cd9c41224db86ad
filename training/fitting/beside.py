"""A further network beside a backbone, whose feature map is one more view of the same pixels, place by place."""

from collections.abc import Callable
from dataclasses import dataclass

from artifact.card import ImageSpec
from training.backbone.graph import FeatureMap
from training.fitting.term_head import describe_places
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork


@dataclass(frozen=True)
class Beside:
    """Such a network, frozen.

    Attributes:
        name: For the card.
        write: Into a graph with pixels, float32, 0 to 255, `[N, side, side, 3]`, and their side; returns its map.
        megabytes: Of its weights.
    """

    name: str
    write: Callable[[Graph, str, int], FeatureMap]
    megabytes: float

    def describe(self, spec: ImageSpec) -> GraphNetwork:
        """Return the network from pixels to `features`, its map place by place, `[N, h * w * channels]`."""
        graph = Graph()
        found = self.write(graph, graph.take_pixels(spec), spec.height)
        return describe_places(graph, found, spec)
