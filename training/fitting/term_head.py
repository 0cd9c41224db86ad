"""A linear head on pooled feature maps of unit length, which also says what each place contributed, exactly.

A term is a pooled map, divided by its length, times weights. Standard deviations and means are sums over places, so
each term is a sum over places too: the evidence. For a standard deviation s of channel values x with mean m over P
places, s = sum of (x - m)^2 / (s P), whatever the values; this makes the class activation map (Zhou et al. 2016)
exact for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.backbone.architecture import CutKey
from training.backbone.feature import Feature
from training.backbone.pooling import pool

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Term:
    """A feature and its weights, float32 `[d]`, for the feature's vector of unit length."""

    feature: Feature
    weights: Floats


def classifier(
    pixels: Any, maps: Mapping[CutKey, Any], terms: Sequence[Term], bias: float, novelty: Sequence[Feature]
) -> keras.Model:
    """Return the network from pixels to `logit` `[N]`, `evidence` `[N, h, w]` and `features` `[N, d]`.

    Args:
        pixels: Its input.
        maps: The feature maps by cut, `[N, side, side, channels]`.
        terms: What the logit is the sum of, beside the bias.
        bias: Of the logit.
        novelty: The terms' features that are given as `features`, each of unit length, one after another.

    The evidence has as many places as the finest map; its sum and the bias make the logit.
    """
    finest = max(int(maps[term.feature.cut].shape[1]) for term in terms)
    logit, evidence, units = bias, 0.0, {}
    for term in terms:
        feature_map = maps[term.feature.cut]
        pooled = pool(feature_map, term.feature.pooling)
        length = ops.sqrt(ops.sum(pooled * pooled, axis=1)) + 1e-9
        unit = units[term.feature] = pooled / ops.expand_dims(length, 1)
        logit = logit + ops.sum(unit * term.weights, axis=1)
        parts = _EVIDENCE[term.feature.pooling](feature_map, pooled, term.weights)
        evidence = evidence + _enlarge(parts / ops.reshape(length, (-1, 1, 1)), finest)
    features = ops.concatenate([units[feature] for feature in novelty], axis=1)
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


def _enlarge(evidence: Any, side: int) -> Any:
    """Spread each place's evidence over the finer places that it covers."""
    factor = side // evidence.shape[1]
    if factor == 1:
        return evidence
    larger = ops.repeat(ops.repeat(evidence, factor, axis=1), factor, axis=2)
    return larger / factor**2


_EVIDENCE = {"average": _average_evidence, "deviation": _deviation_evidence, "quadrants": _quadrant_evidence}
