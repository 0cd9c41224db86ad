"""The answer's small base, pretrained on handwritten digits, under a bottleneck of 64 and one sigmoid unit.

Three convolutions of 32, 64 and 64 filters with pooling between, on 28 x 28 gray pixels; see `training.pretraining` for
where its weights come from. The bottleneck and the unit start from random weights; the base starts from the digits and
learns more slowly than they do.
"""

from collections.abc import Sequence

import keras

from artifact.card import ImageSpec
from training.fitting.network_candidate import NetworkCandidate
from training.fitting.optimizing import Optimizing
from training.fitting.recipe import with_batches
from training.pretraining import network, weights
from training.pretraining.digits import SIDE
from training.problem.interface import Problem

NAME = "mnist"
SUMMARY = "A base of 32, 64 and 64 filters pretrained on handwritten digits, a bottleneck of 64, and one sigmoid unit."
CHOOSABLE = True
ORIGIN = weights.DIGITS

SPEC = ImageSpec(SIDE, SIDE, "gray")
BOTTLENECK = 64
DROPOUT = 0.3
L2 = 1e-3
BASE_RATE = 0.1
"""Factor of the learning rate for the base."""
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=0.001, epochs=40)
MOST_STEPS = 2000
REPEATS = 2


def candidates(problem: Problem) -> Sequence[NetworkCandidate]:
    """Return the one network."""
    return [
        NetworkCandidate(
            NAME,
            SPEC,
            problem,
            build,
            with_batches(OPTIMIZING, len(problem.labels)),
            MOST_STEPS,
            rate_factors=dict.fromkeys(weights.FILTERS, BASE_RATE),
            repeats=REPEATS,
            settings={"pretrained_on": weights.load()[1], "base_rate_factor": BASE_RATE},
        )
    ]


def build() -> keras.Model:
    """Build the network: the base with the digits' weights, the rest with random ones."""
    layers, l2 = keras.layers, keras.regularizers.L2(L2)
    pixels, maps = network.build_base()
    dense = layers.Dense(BOTTLENECK, activation="relu", kernel_regularizer=l2, name="bottleneck")
    features = dense(layers.Dropout(DROPOUT)(layers.Flatten()(maps)))
    logit = layers.Dense(1, name="unit")(layers.Dropout(DROPOUT)(features))[:, 0]
    model = keras.Model(pixels, {"logit": logit, "features": features}, name=NAME)
    weights.set_base(model)
    return model
