"""For pictures of few pixels: the backbone's views, and what a base that learned on handwritten digits sees in them.

A picture of 8 to 56 pixels a side has no textures, and few things in it that a backbone knows from photographs; it has
strokes, which the small base of `mnist` knows and the backbone does not. Its map, place by place, is one more view,
joined with the middle of the backbone; how much each view counts is told by leaving images out, as in `pretrained`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from training.backbone.graph import FeatureMap
from training.backbone.weights import IMAGENET
from training.fitting.beside import Beside
from training.network.graph import Graph
from training.origin import Origin
from training.pretraining import graph as base
from training.pretraining import weights
from training.pretraining.digits import SIDE
from training.problem.interface import Problem
from training.reading.color import LUMA
from training.reading.dataset import Sample
from training.reading.facts import PROPERTIES
from training.strategies import pretrained
from training.strategies.framing import Framed

NAME = "strokes"
SUMMARY = "Pictures of at most 56 pixels a side: the frozen backbone beside a base pretrained on handwritten digits."
CHOOSABLE = True
ORIGIN = Origin(f"{IMAGENET.what}, and {weights.DIGITS.what}", weights.DIGITS.licence)
"""Of the two licences the one that binds more: what holds the digits' weights is shared alike."""

MOST_PIXELS = (2 * SIDE) ** 2
"""Of the picture in the middle of the row by size; beyond it the strokes are lost in what the base is shown."""


def candidates(problem: Problem) -> Sequence[Framed]:
    """Return the one candidate, or none where the pictures are too large."""
    if not are_tiny(problem.samples):
        return []
    whole = pretrained.VARIANTS[0]
    parameters = sum(part.size for parts in weights.load()[0].values() for part in parts)
    strokes = Beside("digits' base, by places", write, 2 * parameters / 1e6)  # the weights are float16
    joined = (*whole.views[1], strokes)
    variant = replace(whole, name=NAME, views=(*whole.views, joined), biases=(*whole.biases, 0.0))
    return pretrained.build([variant], pretrained.SPEC, problem)


def are_tiny(samples: Sequence[Sample]) -> bool:
    """Return whether the median picture has at most `MOST_PIXELS`."""
    pixels = [sample.facts.properties[PROPERTIES.index("pixels")] for sample in samples]
    return bool(np.exp(np.median(pixels)) <= MOST_PIXELS * (1 + 1e-9))


def write(graph: Graph, pixels: str, side: int) -> FeatureMap:
    """Write the base on the picture as 28 x 28 pixels of gray."""
    channels_first = graph.node("Transpose", [pixels], perm=[0, 3, 1, 2])
    gray = graph.node("Conv", [channels_first, graph.constant(LUMA.T[:, :, None, None])])
    step = [side // SIDE] * 2
    return base.write(graph, graph.node("AveragePool", [gray], kernel_shape=step, strides=step))
