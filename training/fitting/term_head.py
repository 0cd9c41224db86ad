"""A linear head on pooled feature maps of unit length, which also says what each place contributed, exactly.

A term is a pooled map, divided by its length, times weights. Standard deviations and means are sums over places, so
each term is a sum over places too: the evidence. For a standard deviation s of channel values x with mean m over P
places, s = sum of (x - m)^2 / (s P), whatever the values; this makes the class activation map (Zhou et al. 2016)
exact for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.backbone.feature import Pooling
from training.backbone.pooling import pool

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Term:
    """A part of the logit: weights, float32 `[d]`, for the vector of unit length that a feature map is pooled to.

    Attributes:
        feature_map: A symbolic tensor, `[N, h, w, channels]`.
        pooling: How it is pooled; by `places`, every place stays by itself.
        weights: In the order of the pooled vector.
    """

    feature_map: Any
    pooling: Pooling | Literal["places"]
    weights: Floats

    def unit(self) -> tuple[Any, Any, Any]:
        """Return the pooled map `[N, d]`, its length `[N]`, and what it is divided by its length `[N, d]`."""
        pooled = keras.layers.Flatten()(self.feature_map) if self.pooling == "places" else self._pool(self.pooling)
        length = ops.sqrt(ops.sum(pooled * pooled, axis=1)) + 1e-9
        return pooled, length, pooled / ops.expand_dims(length, 1)

    def _pool(self, pooling: Pooling) -> Any:
        return pool(self.feature_map, pooling)


def classifier(pixels: Any, terms: Sequence[Term], bias: float, novelty: Sequence[int]) -> keras.Model:
    """Return the network from pixels to `logit` `[N]`, `evidence` `[N, h, w]` and `features` `[N, d]`.

    Args:
        pixels: Its input.
        terms: What the logit is the sum of, beside the bias.
        bias: Of the logit.
        novelty: Positions of the terms whose vectors of unit length are given as `features`, one after another.

    The evidence has as many places as the finest map; its sum and the bias make the logit.
    """
    finest = max(int(term.feature_map.shape[1]) for term in terms)
    logit, evidence, units = bias, 0.0, []
    for term in terms:
        pooled, length, unit = term.unit()
        units.append(unit)
        logit = logit + ops.sum(unit * term.weights, axis=1)
        parts = _EVIDENCE[term.pooling](term.feature_map, pooled, term.weights)
        evidence = evidence + _enlarge(parts / ops.reshape(length, (-1, 1, 1)), finest)
    features = ops.concatenate([units[position] for position in novelty], axis=1)
    return keras.Model(pixels, {"logit": logit, "evidence": evidence, "features": features})


def _deviation_evidence(feature_map: Any, pooled: Any, weights: Floats) -> Any:
    centred = feature_map - ops.mean(feature_map, axis=(1, 2), keepdims=True)
    rate = ops.reshape(ops.divide(weights, pooled), (-1, 1, 1, len(weights)))
    places = feature_map.shape[1] * feature_map.shape[2]
    return ops.sum(centred * centred * rate, axis=3) / places


def _average_evidence(feature_map: Any, pooled: Any, weights: Floats) -> Any:
    places = feature_map.shape[1] * feature_map.shape[2]
    return ops.sum(feature_map * (weights / places), axis=3)


def _quadrant_evidence(feature_map: Any, pooled: Any, weights: Floats) -> Any:
    """Each place counts with the weights of its quarter; the map's side is even, so that no place is in two."""
    half = feature_map.shape[1] // 2
    rows = np.arange(2 * half) // half
    quarter = rows[:, None] * 2 + rows  # [side, side], 0 to 3
    mask = (quarter[..., None] == np.arange(4)).astype(np.float32) / half**2
    by_quarter = ops.matmul(feature_map, weights.reshape(4, -1).T)  # [N, side, side, 4]
    return ops.sum(by_quarter * mask, axis=3)


def _place_evidence(feature_map: Any, pooled: Any, weights: Floats) -> Any:
    return ops.sum(feature_map * weights.reshape(feature_map.shape[1:]), axis=3)


def _enlarge(evidence: Any, side: int) -> Any:
    """Spread each place's evidence over the finer places that it covers, by the area of each that it covers."""
    coarse = evidence.shape[1]
    if coarse == side:
        return evidence
    low, high = (np.arange(coarse) + step for step in (0, 1))  # in coarse places; a finer one is coarse / side wide
    fine = np.arange(side)[:, None] * coarse / side
    shares = np.maximum(0, np.minimum(fine + coarse / side, high) - np.maximum(fine, low)).astype(np.float32)
    return ops.matmul(ops.matmul(shares, evidence), shares.T)


_EVIDENCE = {
    "average": _average_evidence,
    "deviation": _deviation_evidence,
    "quadrants": _quadrant_evidence,
    "places": _place_evidence,
}
