"""The answer's autoencoder: learn to draw the images again from a small code, then classify the code.

An encoder of convolutions with 2 x 2 pooling and a decoder that mirrors it learn from all images, labelled or not. The
decoder is then dropped, and a linear head learns from the code. The encoder of a fold never sees the fold's validation
images, so the estimate is that of new images; that takes an encoder a fold, and one repeat of the folds has to do.

In a race one encoder of all images comes first, which publishing needs anyway. Heads that are fitted fold by fold on
its codes are flattered, as it has seen their validation images, if without labels. What cannot win even so is stopped,
and the encoders of the folds are never trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.fitting import augmenting, place_head, trainer
from training.fitting.mixing import Mixture
from training.fitting.network_candidate import NO_ROWS, first_repeats
from training.fitting.optimizing import Optimizing
from training.fitting.probing import Probe
from training.fitting.recipe import Data, Recipe, bound, with_batches
from training.network import keras_work
from training.network.keras_network import KerasNetwork
from training.pixels import load_all
from training.problem.interface import Curves, Evaluation, Fitted, Problem
from training.reading.color import choose_color

NAME = "autoencoder"
SUMMARY = "An encoder that learned to reconstruct the images themselves, labelled or not, under a linear head."
CHOOSABLE = True
ORIGIN = None

SIDE = 64
FILTERS = (16, 24, 16)
"""Filters of the encoder's convolutions, each followed by pooling; the decoder has them in reverse."""
MOST_UNLABELLED = 4000
"""Further images beyond this many are left out, which bounds memory and time."""
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=0.003, epochs=60)
MOST_STEPS = 400
MOST_VIEWS = 12_800
"""Steps of one fit at most, and images in them, which bounds the time for thousands; up to 100 are hardly affected."""


def candidates(problem: Problem) -> Sequence["Autoencoder"]:
    """Return the one autoencoder, for gray or coloured pixels by the images."""
    return [Autoencoder(ImageSpec(SIDE, SIDE, choose_color(problem.samples)), problem)]


@dataclass(frozen=True)
class _Encoder:
    """A trained encoder's weights, and its codes of the labelled images, float32 `[n, d]`."""

    weights: list[Any]
    codes: NDArray[np.float32]


@dataclass(frozen=True)
class Autoencoder:
    """An encoder, a decoder and a probe.

    Attributes:
        spec: The tensor that the encoder takes.
        problem: What to learn.
        name: As in `Candidate`.
        learned: The encoders, by the rows that each learned from. What is asked of the head leaves them as they are, so
            that another attempt needs no other encoder.
    """

    spec: ImageSpec
    problem: Problem
    name: str = NAME
    learned: dict[bytes, _Encoder] = field(default_factory=dict, repr=False, compare=False)

    @property
    def megabytes(self) -> float:
        """Size of encoder and head as float32; the decoder is not published."""
        encoder, _ = self._networks
        return float(encoder.count_params() + np.prod(encoder.output_shape[1:])) * 4 / 1e6

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return keras_work.count(self._networks[0])

    def evaluate(self) -> Evaluation:
        """Train an encoder and a head on each fold of the first repeat; first, in a race, one encoder for all."""
        problem, folds = self.problem, first_repeats(self.problem, 1)
        if problem.is_raced:
            flattered = Probe((self._learn(self._all).codes,), replace(problem, folds=folds)).evaluate()
            if problem.is_lost(flattered.logits):
                return Evaluation(flattered.logits, flattered.curves, self._card(flattered.mixtures[0]), flattered=True)
        logits = np.full((1, len(problem.labels)), np.nan)
        curves: list[Curves] = []
        for fold in folds:
            scored = Probe((self._learn(fold.train).codes,), replace(problem, folds=[fold])).evaluate()
            logits[0, fold.validation] = scored.logits[0, fold.validation]
            curves += scored.curves
            if problem.is_lost(logits):
                break
        return Evaluation(logits, tuple(curves), self._card(scored.mixtures[0]))

    def finish(self) -> Fitted:
        """Train encoder and head on all images."""
        learned = self._learn(self._all)
        features = learned.codes
        head = Probe((features,), self.problem).finish()
        encoder, _ = self._networks
        encoder.set_weights(learned.weights)
        network = place_head.classifier(encoder.input, encoder.output, head.weights[0], head.bias)
        return Fitted(KerasNetwork(network, self.spec), head.curves, self._card(head.mixture), features)

    @property
    def _all(self) -> trainer.Rows:
        return np.arange(len(self.problem.labels))

    def _learn(self, rows: trainer.Rows) -> _Encoder:
        """Train the autoencoder on some of the labelled and all of the unlabelled images, once."""
        key = rows.tobytes()
        if key not in self.learned:
            chosen = np.concatenate([rows, np.arange(len(self._all), len(self._pixels))])
            self._trainer.fit(chosen, NO_ROWS, self.problem.seed)
            codes = self._trainer.predict(self._all, "code")
            self.learned[key] = _Encoder(self._networks[0].get_weights(), codes)
        return self.learned[key]

    @cached_property
    def _networks(self) -> tuple[keras.Model, keras.Model]:
        keras.utils.set_random_seed(self.problem.seed)
        return build(self.spec)

    @cached_property
    def _pixels(self) -> Any:
        return load_all([*self.problem.samples, *self.problem.unlabelled[:MOST_UNLABELLED]], self.spec)

    @cached_property
    def _trainer(self) -> trainer.Trainer:
        total = len(self._pixels)
        ones = np.ones(total, np.float32)
        batches = with_batches(OPTIMIZING, total)
        optimizing = bound(batches, total, min(MOST_STEPS, MOST_VIEWS // (batches.batch_size or total)))
        augment = augmenting.build(self.problem.invariant)
        recipe = Recipe(optimizing, augment=augment, objective=reconstruct)
        return trainer.Trainer(self._networks[1], Data(self._pixels, ones, ones), recipe)

    def _card(self, mixture: Mixture) -> dict[str, Any]:
        features = np.empty((0, int(np.prod(self._networks[0].output_shape[1:]))), np.float32)
        unlabelled = len(self._pixels) - len(self.problem.labels)
        return {**Probe((features,), self.problem).settings(mixture), "unlabelled": unlabelled}


def build(spec: ImageSpec) -> tuple[keras.Model, keras.Model]:
    """Return the encoder and the autoencoder.

    The encoder goes from pixels to maps, the autoencoder from pixels to `reconstruction` (0 to 1) and `code`.
    """
    layers = keras.layers
    pixels = keras.Input((spec.height, spec.width, spec.channels), name="pixels")
    maps = layers.Rescaling(1 / 255)(pixels)
    for filters in FILTERS:
        maps = layers.MaxPooling2D()(layers.Conv2D(filters, 3, padding="same", activation="relu")(maps))
    drawn = maps
    for filters in reversed(FILTERS):
        drawn = layers.UpSampling2D()(layers.Conv2D(filters, 3, padding="same", activation="relu")(drawn))
    drawn = layers.Conv2D(spec.channels, 3, padding="same", activation="sigmoid")(drawn)
    code = layers.Flatten()(maps)
    return keras.Model(pixels, maps), keras.Model(pixels, {"reconstruction": drawn, "code": code})


def reconstruct(outputs: dict[str, Any], images: Any, targets: Any) -> tuple[Any, Any]:
    """Return each image's mean squared error of reconstruction; there is nothing to hit."""
    errors = tf.reduce_mean((outputs["reconstruction"] - images / 255.0) ** 2, axis=(1, 2, 3))
    return errors, tf.zeros_like(errors)
