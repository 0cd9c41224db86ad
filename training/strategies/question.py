"""The asker's own network: 36.8 million parameters, from scratch, on 80 x 130 gray pixels. The cautionary baseline.

Layer by layer as the question's summary prints it, of which the counts 640, 36,928, 73,856, 147,584, 36,569,600 and 513
leave nothing open: convolutions of 3 x 3, every second one without padding, and a dense layer on the flattened map that
holds 99 % of the parameters. The summary does not say rates, batches or the shares that drop out; those are the usual
ones of the Keras example that it resembles. One repeat of the folds is trained, which takes one to two minutes on two
cores.
"""

from collections.abc import Sequence

import keras

from artifact.card import ImageSpec
from training.fitting.network_candidate import NetworkCandidate
from training.fitting.optimizing import Optimizing
from training.problem.interface import Problem

NAME = "question"
SUMMARY = "The question's own network of 36.8 million parameters, trained from scratch: what the answers warn of."
CHOOSABLE = False
ORIGIN = None

SPEC = ImageSpec(80, 130, "gray")
DENSE = 512
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=0.001, epochs=8, batch_size=8)
MOST_STEPS = 200


def candidates(problem: Problem) -> Sequence[NetworkCandidate]:
    """Return the one network."""
    return [NetworkCandidate(NAME, SPEC, problem, build, OPTIMIZING, MOST_STEPS)]


def build() -> keras.Model:
    """Build the network with random weights."""
    layers = keras.layers
    pixels = keras.Input((SPEC.height, SPEC.width, SPEC.channels), name="pixels")
    maps = layers.Rescaling(1 / 255)(pixels)
    for filters in (64, 128):
        maps = layers.Conv2D(filters, 3, padding="same", activation="relu")(maps)
        maps = layers.Conv2D(filters, 3, activation="relu")(maps)
        maps = layers.Dropout(0.25)(layers.MaxPooling2D()(maps))
    features = layers.Dense(DENSE, activation="relu")(layers.Flatten()(maps))
    logit = layers.Dense(1)(layers.Dropout(0.5)(features))
    return keras.Model(pixels, {"logit": layers.Flatten()(logit)[:, 0], "features": features}, name=NAME)
