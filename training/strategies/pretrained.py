"""A backbone that has seen ImageNet's 1.3 million photographs, frozen, and a small dense head on its features.

The answer: "use a pretrained convolutional backend and train only a small dense head". Shallower cuts are smaller and
faster, and for pictures unlike photographs often better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone import CutKey, Extractor, find_cut
from training.backbone.network import build
from training.pixels import stream
from training.probing import Probe
from training.strategies.interface import Evaluation, Fitted, Problem

NAME = "pretrained"
SUMMARY = "Transfer learning: a frozen backbone pre-trained on ImageNet, and a small dense head."
CHOOSABLE = True

SIZE = 224
CUTS: tuple[CutKey, ...] = ("last",)


def candidates(problem: Problem) -> Sequence["Pretrained"]:
    """Extract the features of every cut in one pass, and return a candidate for each cut."""
    spec = ImageSpec(SIZE, SIZE)
    extractor = Extractor(SIZE, CUTS, cache=problem.cache)
    features = extractor.extract(stream(problem.samples, spec, problem.advance))
    return [Pretrained(cut, spec, features.pooled[cut], problem) for cut in CUTS]


@dataclass(frozen=True)
class Pretrained:
    """The backbone up to one cut, and a head on the average of each of its channels."""

    cut: CutKey
    spec: ImageSpec
    features: NDArray[np.float32]
    problem: Problem

    @property
    def name(self) -> str:
        """`pretrained-last`, `pretrained-11`."""
        return f"{NAME}-{self.cut}"

    @property
    def megabytes(self) -> float:
        """Size of the weights in single precision."""
        return find_cut(self.cut).megabytes

    def evaluate(self) -> Evaluation:
        """Fit a head on each fold, its regularisation chosen inside the fold."""
        logits, curves, strengths = Probe(self.features, self.problem).evaluate()
        return Evaluation(logits, curves, self._settings(float(np.median(strengths))))

    def finish(self) -> Fitted:
        """Fit the head on all images, and put it on the backbone."""
        weights, bias, curves, strength = Probe(self.features, self.problem).finish()
        backbone = build(self.spec.height, self.cut)
        network = add_head(backbone, weights, bias)
        return Fitted(network, curves, self._settings(strength), self.features)

    def _settings(self, strength: float) -> dict[str, Any]:
        probe = Probe(self.features, self.problem)
        return {"cut": self.cut, "size": self.spec.height, "l2": strength, **probe.settings()}


def add_head(backbone: Any, weights: NDArray[np.float32], bias: float) -> Any:
    """Return a network of `logit`, `features` and `evidence` on a backbone's feature map.

    The evidence of a place is its part of the logit: the head's weights times the features there over the number of
    places, so that a map's sum and the bias make the logit (class activation map, Zhou et al. 2016).
    """
    feature_map = backbone.output
    pooled = keras.layers.GlobalAveragePooling2D(name="features")(feature_map)
    head = keras.layers.Dense(1, name="classifier")
    logit = keras.layers.Reshape((), name="logit")(head(pooled))
    places = int(feature_map.shape[1] * feature_map.shape[2])
    evidence_layer = keras.layers.Conv2D(1, 1, use_bias=False, name="evidence")
    height, width = feature_map.shape[1:3]
    evidence = keras.layers.Reshape((height, width), name="evidence_map")(evidence_layer(feature_map))
    network = keras.Model(backbone.input, {"logit": logit, "features": pooled, "evidence": evidence})
    head.set_weights([weights[:, None], np.array([bias], np.float32)])
    evidence_layer.set_weights([weights[None, None, :, None] / np.float32(places)])
    return network
