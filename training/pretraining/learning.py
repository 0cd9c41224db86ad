"""Teach the base to read digits. This module imports Keras."""

import keras
import numpy as np

from training.pretraining.digits import Digits
from training.pretraining.network import build_base

EPOCHS = 12
BATCH_SIZE = 128
HELD_OUT = 0.1


def fit(data: Digits, seed: int) -> tuple[keras.Model, float]:
    """Train the base under a classifier of ten digits; return the network and its accuracy on a tenth held out."""
    keras.utils.set_random_seed(seed)
    pixels, maps = build_base()
    hidden = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(maps))
    classes = keras.layers.Dense(10, activation="softmax")(keras.layers.Dropout(0.5)(hidden))
    network = keras.Model(pixels, classes)
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    order = np.random.default_rng(seed).permutation(len(data.labels))
    held_out, train = np.split(order, [round(HELD_OUT * len(order))])
    images = data.images[..., None].astype(np.float32)
    network.fit(images[train], data.labels[train], BATCH_SIZE, EPOCHS, verbose=2)
    return network, float(network.evaluate(images[held_out], data.labels[held_out], verbose=0)[1])
