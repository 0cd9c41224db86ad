"""A linear head on pooled feature maps, which also says what each place contributed, exactly.

A term is a pooled map, divided by its length unless it is to be taken as it is, times weights. Standard deviations and
means are sums over places, so each term is a sum over places too: the evidence. For a standard deviation s of channel
values x with mean m over P places, s = sum of (x - m)^2 / (s P), whatever the values; this makes the class activation
map (Zhou et al. 2016) exact for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from artifact.network import EVIDENCE, LOGIT
from training.backbone.feature import Pooling
from training.backbone.graph import FeatureMap, pool, square
from training.network.graph import Graph
from training.network.graph_network import GraphNetwork
from training.network.interface import FEATURES

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Term:
    """A part of the logit: weights, float32 `[d]`, for the vector that a feature map is pooled to.

    Attributes:
        feature_map: The map.
        pooling: How it is pooled; by `places`, every place stays by itself.
        weights: In the order of the pooled vector.
        to_unit_length: Whether the vector is divided by its length.
    """

    feature_map: FeatureMap
    pooling: Pooling | Literal["places"]
    weights: Floats
    to_unit_length: bool = True


def add_head(graph: Graph, terms: Sequence[Term], bias: float, novelty: Sequence[int]) -> None:
    """Write the outputs `logit` `[N]`, `evidence` `[N, h, w]` and `features` `[N, d]`.

    Args:
        graph: Where the maps are.
        terms: What the logit is the sum of, beside the bias.
        bias: Of the logit.
        novelty: Positions of the terms whose vectors are given as `features`, one after another.

    The evidence has as many places as the finest map; its sum and the bias make the logit.
    """
    finest = max(term.feature_map.side for term in terms)
    vectors, logits, shares = [], [], []
    for term in terms:
        pooled = _pool(graph, term)
        evidence = _EVIDENCE[term.pooling](graph, term.feature_map, pooled, term.weights)
        vector = pooled
        if term.to_unit_length:
            length = measure_length(graph, pooled)
            vector = graph.node("Div", [pooled, length])
            evidence = graph.node("Div", [evidence, graph.reshape(length, [-1, 1, 1])])
        vectors.append(vector)
        logits.append(graph.node("MatMul", [vector, graph.constant(term.weights[:, None])]))
        shares.append(_enlarge(graph, evidence, term.feature_map.side, finest))
    chosen = [vectors[position] for position in novelty]
    widths = [len(terms[position].weights) for position in novelty]
    graph.give(graph.reshape(graph.node("Sum", [*logits, graph.constant(bias)]), [-1], LOGIT))
    graph.give(graph.node("Sum", shares, EVIDENCE), [finest, finest])
    graph.give(graph.node("Concat", chosen, FEATURES, axis=1), [sum(widths)])


def describe_places(graph: Graph, feature_map: FeatureMap, spec: ImageSpec) -> GraphNetwork:
    """Return the network that gives a map as `features`, place by place, all channels of each."""
    graph.give(_flatten(graph, feature_map, FEATURES), [feature_map.side**2 * feature_map.channels])
    return GraphNetwork(graph, spec)


def _pool(graph: Graph, term: Term) -> str:
    if term.pooling != "places":
        return pool(graph, term.feature_map, term.pooling)
    return _flatten(graph, term.feature_map)


def _flatten(graph: Graph, feature_map: FeatureMap, name: str | None = None) -> str:
    return graph.node("Flatten", [graph.node("Transpose", [feature_map.value], perm=[0, 2, 3, 1])], name, axis=1)


def measure_length(graph: Graph, vectors: str) -> str:
    """Write the Euclidean lengths of vectors `[N, d]`, `[N, 1]`, a trace more, so that none is 0."""
    squares = graph.sum_over(graph.node("Mul", [vectors, vectors]), [1], keep=True)
    return graph.node("Add", [graph.node("Sqrt", [squares]), graph.constant(1e-9)])


def _add_deviations(graph: Graph, feature_map: FeatureMap, pooled: str, weights: Floats) -> str:
    side, places = feature_map.side, feature_map.side**2
    rate = graph.node("Div", [graph.constant(weights / places), pooled])
    squares = graph.reshape(square(graph, feature_map), [0, feature_map.channels, places])
    summed = graph.node("MatMul", [graph.reshape(rate, [0, 1, feature_map.channels]), squares])
    return graph.reshape(summed, [-1, side, side])


def _add_averages(graph: Graph, feature_map: FeatureMap, pooled: str, weights: Floats) -> str:
    return _weigh_channels(graph, feature_map, weights[None] / np.float32(feature_map.side**2))


def _add_quadrants(graph: Graph, feature_map: FeatureMap, pooled: str, weights: Floats) -> str:
    """Each place counts with the weights of its quarter; the map's side is even, so that no place is in two."""
    half = feature_map.side // 2
    rows = np.arange(2 * half) // half
    quarter = rows[:, None] * 2 + rows  # [side, side], 0 to 3
    mask = (quarter == np.arange(4)[:, None, None]).astype(np.float32) / half**2
    by_quarter = _weigh_channels(graph, feature_map, weights.reshape(4, -1), flat=False)
    return graph.sum_over(graph.node("Mul", [by_quarter, graph.constant(mask)]), [1])


def _add_places(graph: Graph, feature_map: FeatureMap, pooled: str, weights: Floats) -> str:
    by_place = weights.reshape(feature_map.side, feature_map.side, -1).transpose(2, 0, 1)
    return graph.sum_over(graph.node("Mul", [feature_map.value, graph.constant(by_place)]), [1])


def _weigh_channels(graph: Graph, feature_map: FeatureMap, weights: Floats, flat: bool = True) -> str:
    """Return the weighted sums of a map's channels for each row of `weights` `[k, channels]`, `[N, k, side, side]`."""
    sums = graph.node("Conv", [feature_map.value, graph.constant(weights[:, :, None, None])])
    return graph.reshape(sums, [-1, feature_map.side, feature_map.side]) if flat else sums


def _enlarge(graph: Graph, evidence: str, coarse: int, side: int) -> str:
    """Spread each place's evidence over the finer places that it covers, by the area of each that it covers."""
    if coarse == side:
        return evidence
    low, high = (np.arange(coarse) + step for step in (0, 1))  # in coarse places; a finer one is coarse / side wide
    fine = np.arange(side)[:, None] * coarse / side
    shares = np.maximum(0, np.minimum(fine + coarse / side, high) - np.maximum(fine, low)).astype(np.float32)
    down = graph.node("MatMul", [graph.constant(shares), evidence])
    return graph.node("MatMul", [down, graph.constant(np.ascontiguousarray(shares.T))])


_EVIDENCE: dict[str, Callable[[Graph, FeatureMap, str, Floats], str]] = {
    "average": _add_averages,
    "deviation": _add_deviations,
    "quadrants": _add_quadrants,
    "places": _add_places,
}
