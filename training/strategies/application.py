"""Transfer learning from another pretrained backbone, by way of `keras.applications`: for whoever asks for one by name.

Frozen, its last feature map averaged, under the same linear head as `pretrained`. Keras downloads the weights when they
are first used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone import applications
from training.backbone.zoo import IMAGENET
from training.fitting import invariance_trial, map_head, variations
from training.fitting.invariance_trial import Brought
from training.fitting.mixing import Mixture
from training.fitting.probing import Probe
from training.strategies.interface import Evaluation, Fitted, Problem

NAME = "application"
SUMMARY = "Transfer learning: a frozen backbone of keras.applications, by --backbone, and a small dense head."
CHOOSABLE = True
ORIGIN = IMAGENET

SPEC = ImageSpec(224, 224, fit="crop", keep=0.875)
DEFAULT = "mobilenet_v2"


def candidates(problem: Problem) -> Sequence["Application"]:
    """Load the backbone, extract its features, and return the one candidate.

    Raises:
        training.backbone.WeightsMissingError: The weights are neither there nor can be downloaded.
    """
    backbone = problem.backbone or DEFAULT
    maps = applications.build(backbone, SPEC.height)
    network = map_head.classifier(maps.input, maps.output)
    features = variations.extract(network, problem, SPEC)

    def build(one: Problem, brought: tuple[Brought, ...] = ()) -> Application:
        return Application(f"{NAME}-{backbone}", network, features(one), one, brought)

    trial = invariance_trial.run(problem, lambda one: build(one).evaluate().logits)
    return [build(trial.problem, trial.brought)]


@dataclass(frozen=True)
class Application:
    """A backbone with its head, and what it says of each image and its variations, float32 `[rows, channels]`."""

    name: str
    network: keras.Model
    features: NDArray[np.float32]
    problem: Problem
    brought: tuple[Brought, ...] = ()
    spec: ImageSpec = SPEC

    @property
    def megabytes(self) -> float:
        """Size of the weights as float32."""
        return float(self.network.count_params()) * 4 / 1e6

    def evaluate(self) -> Evaluation:
        """Fit a head on each fold; how strongly to regularise is chosen inside it."""
        found = self._probe.evaluate()
        return Evaluation(found.logits, found.curves, self._settings(found.mixtures[0]))

    def finish(self) -> Fitted:
        """Fit the head on all images."""
        head = self._probe.finish()
        self.network.get_layer(map_head.NAME).set_weights([head.weights[0][:, None], np.array([head.bias], np.float32)])
        features = self.features[: len(self.problem.labels)]
        return Fitted(self.network, head.curves, self._settings(head.mixture), features, knows_kinds=True)

    @cached_property
    def _probe(self) -> Probe:
        return variations.probe((self.features,), self.problem, self.spec)

    def _settings(self, mixture: Mixture) -> dict[str, Any]:
        tried = invariance_trial.settings(self.problem, self.brought)
        return {"backbone": self.name.removeprefix(f"{NAME}-"), **tried, **self._probe.settings(mixture)}
