"""A small network from random weights, sized to the images: what is left of "use fewer parameters" without pretraining.

Three convolutions with pooling, then the mean of each channel (global average pooling, Lin et al. 2014) in place of the
dense layer that held 99 % of the question's parameters. The width follows from the number of images.
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import keras
import numpy as np

from artifact.card import ImageSpec
from training.fitting.map_head import classifier
from training.fitting.network_candidate import NetworkCandidate
from training.fitting.optimizing import Optimizing
from training.fitting.recipe import with_batches
from training.problem.interface import Problem
from training.reading.color import choose_color

NAME = "scratch"
SUMMARY = "A network from random weights, with as many parameters as the number of images can pay for."
CHOOSABLE = True
ORIGIN = None

SIDE = 48
PARAMETERS_AN_IMAGE = 300
WIDTHS = (8, 24)
"""Channels of the first convolution, at least and at most; the later ones have two and four times as many."""
DROPOUT = 0.3
L2 = 1e-4
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=0.003, epochs=60)
MOST_STEPS = 1000
"""Steps of one fit at most, which bounds the time for thousands of images: each learns from 64,000 views of them."""
FEW = 60
"""Images up to which the folds are dealt twice; of more, one round says as much, and each takes a minute."""


def candidates(problem: Problem) -> Sequence[NetworkCandidate]:
    """Return one network, sized to the problem."""
    images = len(problem.labels)
    color = choose_color(problem.samples)
    width = choose_width(images)
    spec = ImageSpec(SIDE, SIDE, color)
    optimizing = with_batches(OPTIMIZING, images)
    repeats = 2 if images <= FEW else 1
    make = partial(build, color, width)
    return [NetworkCandidate(NAME, spec, problem, make, optimizing, MOST_STEPS, repeats=repeats)]


def choose_width(images: int) -> int:
    """Return the width whose parameters, about 90 times its square, are what the images can pay for."""
    return int(np.clip(np.sqrt(PARAMETERS_AN_IMAGE * images / 90), *WIDTHS))


def build(color: Literal["rgb", "gray"], width: int) -> keras.Model:
    """Build the network with random weights."""
    layers, l2 = keras.layers, keras.regularizers.L2(L2)
    pixels = keras.Input((SIDE, SIDE, ImageSpec(SIDE, SIDE, color).channels), name="pixels")
    maps = layers.Rescaling(1 / 127.5, -1.0)(pixels)
    for position, filters in enumerate((width, 2 * width, 4 * width)):
        maps = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_regularizer=l2)(maps)
        maps = layers.MaxPooling2D()(maps) if position < 2 else maps
    return classifier(pixels, maps, DROPOUT)
