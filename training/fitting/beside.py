"""A further network beside a backbone, whose feature map is one more view of the same pixels, place by place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from artifact.card import ImageSpec


@dataclass(frozen=True)
class Beside:
    """Such a network, frozen.

    Attributes:
        name: For the card.
        attach: From pixels, 0 to 255, `[N, height, width, 3]`, to its feature map, `[N, h, w, channels]`.
        megabytes: Of its weights.
    """

    name: str
    attach: Callable[[Any], Any]
    megabytes: float

    def describe(self, spec: ImageSpec) -> keras.Model:
        """Return the network from pixels to `features`, its flattened map, `[N, h * w * channels]`."""
        pixels = keras.Input((spec.height, spec.width, spec.channels), name="pixels")
        return keras.Model(pixels, {"features": keras.layers.Flatten()(self.attach(pixels))})
