"""Classical vision, nothing learned but a linear head: which way the edges run in each place, and how light it is.

Histograms of oriented gradients in overlapping blocks, each brought to unit length (Dalal and Triggs 2005), beside mean
and deviation of each block's pixels. Every step is a fixed operation of the network, so the whole travels in the ONNX
file. An orientation is shared out by powers of a cosine of twice its angle, which needs no arctangent and no bins with
hard edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.fitting import invariance_trial, place_head, variations
from training.fitting.invariance_trial import Brought
from training.fitting.mixing import Mixture
from training.fitting.probing import Probe
from training.reading.color import LUMA, choose_color
from training.strategies.interface import Evaluation, Fitted, Problem

NAME = "edges"
SUMMARY = "Classical vision: oriented edges and brightness by region, fixed by hand, under a linear head."
CHOOSABLE = True
ORIGIN = None

SIDE = 96
CELL = 16
"""Side of a cell in pixels; a block is 2 x 2 cells, and blocks overlap by half."""
ORIENTATIONS = 9
SHARPNESS = 16
"""Power of the cosine: the higher, the more of an edge goes to the nearest orientation alone."""
CLIP = 0.25
"""Largest share of one orientation in a block of unit length, so that one strong edge does not hide the others."""
FAINT = 0.01
"""Strength of edges, of 1, below which a block counts as flat and is not brought to unit length."""
REGION_WEIGHT = {"gray": 0.1, "rgb": 1.0}
"""Weight of brightness beside edges; a colour says more than a shade of gray."""


def candidates(problem: Problem) -> Sequence["Edges"]:
    """Return the one description, of gray or coloured pixels by the images."""
    spec = ImageSpec(SIDE, SIDE, choose_color(problem.samples))
    description = describe(spec)
    features = variations.extract(description, problem, spec)

    def build(one: Problem, brought: tuple[Brought, ...] = ()) -> Edges:
        return Edges(spec, description, features(one), one, brought)

    trial = invariance_trial.run(problem, lambda one: build(one).evaluate().logits)
    return [build(trial.problem, trial.brought)]


@dataclass(frozen=True)
class Edges:
    """A probe on the description of each image, and of its variations after all images."""

    spec: ImageSpec
    description: keras.Model
    features: NDArray[np.float32]
    problem: Problem
    brought: tuple[Brought, ...] = ()
    name: str = NAME

    @property
    def megabytes(self) -> float:
        """Size of the head as float32, which is all there is."""
        return float(self.features.shape[1] + 1) * 4 / 1e6

    def evaluate(self) -> Evaluation:
        """Fit a head on each fold, its regularisation chosen inside the fold."""
        found = self._probe.evaluate()
        return Evaluation(found.logits, found.curves, self._card(found.mixtures[0]))

    def finish(self) -> Fitted:
        """Fit the head on all images."""
        head = self._probe.finish()
        maps = self.description.get_layer(Description.NAME).output
        network = place_head.classifier(self.description.input, maps, head.weights[0], head.bias)
        return Fitted(network, head.curves, self._card(head.mixture), self.features[: len(self.problem.labels)])

    @cached_property
    def _probe(self) -> Probe:
        return variations.probe((self.features,), self.problem, self.spec)

    def _card(self, mixture: Mixture) -> dict[str, Any]:
        tried = invariance_trial.settings(self.problem, self.brought)
        return {**self._probe.settings(mixture), **tried, "cell": CELL, "orientations": ORIENTATIONS}


def describe(spec: ImageSpec) -> keras.Model:
    """Return the network from pixels to `features`, the flattened maps of its layer `Description.NAME`."""
    pixels = keras.Input((spec.height, spec.width, spec.channels), name="pixels")
    maps = Description(REGION_WEIGHT[spec.color], name=Description.NAME)(pixels)
    return keras.Model(pixels, {"features": keras.layers.Flatten()(maps)})


class Description(keras.layers.Layer):
    """From pixels, 0 to 255, to what each block shows, `[N, blocks, blocks, 4 * orientations + 2 * channels]`."""

    NAME = "description"

    def __init__(self, region_weight: float, **settings: Any) -> None:
        """Weigh brightness by `region_weight` beside edges of unit length."""
        super().__init__(**settings)
        self._region_weight = region_weight

    def call(self, pixels: Any) -> Any:
        """Return both kinds of features; dividing by the blocks along a side brings all edges to unit length."""
        light = pixels / 255.0
        luma = light if light.shape[-1] == 1 else ops.matmul(light, LUMA)
        edges = normalise(_join_blocks(ops.average_pool(orient(luma), CELL, CELL)))
        features = ops.concatenate([edges, self._region_weight * describe_regions(light)], axis=-1)
        return features / edges.shape[1]


def orient(luma: Any) -> Any:
    """Return how strong an edge runs in each orientation at each pixel, `[N, height, width, orientations]`."""
    framed = ops.pad(luma, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")
    across, down = framed[:, 1:-1, 2:] - framed[:, 1:-1, :-2], framed[:, 2:, 1:-1] - framed[:, :-2, 1:-1]
    squared = across**2 + down**2 + 1e-6
    # the double angle's cosine and sine do not tell light-to-dark from dark-to-light
    cosine, sine = (across**2 - down**2) / squared, 2 * across * down / squared
    angles = (np.arange(ORIENTATIONS, dtype=np.float32) + 0.5) * (2 * np.pi / ORIENTATIONS)
    near = ops.relu(cosine * np.cos(angles) + sine * np.sin(angles)) ** SHARPNESS
    return ops.sqrt(squared) * near / (ops.sum(near, axis=-1, keepdims=True) + 1e-6)


def normalise(blocks: Any) -> Any:
    """Bring each block to unit length, clip, and do so again (Lowe 2004)."""
    return _to_unit_length(ops.minimum(_to_unit_length(blocks), CLIP))


def describe_regions(light: Any) -> Any:
    """Return mean and standard deviation of each channel in each block, `[N, blocks, blocks, 2 * channels]`."""
    mean = ops.average_pool(light, 2 * CELL, CELL)
    variance = ops.average_pool(light**2, 2 * CELL, CELL) - mean**2
    return ops.concatenate([mean, ops.sqrt(ops.relu(variance) + 1e-4)], axis=-1)


def _join_blocks(cells: Any) -> Any:
    """Join each 2 x 2 cells, `[N, cells, cells, k]` to `[N, cells - 1, cells - 1, 4 k]`."""
    return ops.concatenate([cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:]], axis=-1)


def _to_unit_length(blocks: Any) -> Any:
    return blocks / ops.sqrt(ops.sum(blocks**2, axis=-1, keepdims=True) + FAINT**2)
