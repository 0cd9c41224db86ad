"""The backbone after Keras has tuned some of it: what runs is Keras' network, and the file is written without it.

tf2onnx would convert all of the backbone, most of it as it was, and holds several copies of its weights meanwhile: 300
MB, and four seconds. The operators are those of `backbone.graph`, with the weights that Keras has now; that both are
one network is checked as ever, before anything is published.
"""

from dataclasses import dataclass, replace

import numpy as np

from training.backbone.architecture import STEPS, CutKey, find_cut
from training.backbone.graph import write
from training.backbone.weights import Weights, load
from training.evaluation.novelty import Novelty
from training.fitting import map_head
from training.fitting.term_head import Term, add_head
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.network.keras_network import KerasNetwork


@dataclass(frozen=True, eq=False)
class TunedNetwork(KerasNetwork):
    """The whole backbone of `backbone.network` under a `MapHead`; see `training.network.interface.Network`.

    Attributes:
        frozen: The cut whose averages are its `features`.
    """

    frozen: CutKey

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        """Return the ONNX file, written from the weights."""
        graph = Graph()
        maps = write(graph, graph.take_pixels(self.spec), self.spec.height, (self.frozen, "last"), self._weights())
        kernel, bias = self.model.get_layer(map_head.NAME).get_weights()
        nothing = np.zeros(find_cut(self.frozen).channels, np.float32)  # novelty is measured on it, and no more
        terms = [
            Term(maps["last"], "average", kernel[:, 0], to_unit_length=False),
            Term(maps[self.frozen], "average", nothing, to_unit_length=False),
        ]
        add_head(graph, terms, float(bias[0]), novelty=[1])
        return GraphNetwork(graph, self.spec).to_onnx(novelty)

    def _weights(self) -> Weights:
        """Return the convolutions as Keras has them."""
        names = [step.convolution.name for step in STEPS]
        tuned = {name: self.model.get_layer(name).get_weights() for name in names}
        kernels, biases = ({name: both[part] for name, both in tuned.items()} for part in (0, 1))
        return replace(load(), kernels=kernels, biases=biases)
