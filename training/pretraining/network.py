"""The answer's convolutional base: 32, 64 and 64 filters of 3 x 3 with pooling between, on 28 x 28 gray pixels."""

from typing import Any

import keras

from training.pretraining.digits import SIDE
from training.pretraining.weights import FILTERS


def build_base() -> tuple[Any, Any]:
    """Return the input, float32 `[N, 28, 28, 1]` in 0 to 255, and the last feature map, `[N, 3, 3, 64]`."""
    pixels = keras.Input((SIDE, SIDE, 1), name="pixels")
    maps = keras.layers.Rescaling(1 / 255)(pixels)
    for position, (name, filters) in enumerate(FILTERS.items()):
        maps = keras.layers.Conv2D(filters, 3, activation="relu", name=name)(maps)
        maps = keras.layers.MaxPooling2D()(maps) if position < 2 else maps
    return pixels, maps
