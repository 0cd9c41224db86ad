"""A linear head with weights of its own for each place of a map, as a flattened map has, and each place's share."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray


class PlaceHead(keras.layers.Layer):
    """One linear unit on a whole map.

    From maps `[N, h, w, channels]` to the logit `[N]` and the evidence `[N, h, w]`, which sum up to the logit less the
    bias.
    """

    def build(self, input_shape: Any) -> None:
        """Make the weights: float32 `[h, w, channels]` and one bias."""
        self.kernel = self.add_weight(shape=tuple(input_shape[1:]), initializer="zeros", name="kernel")
        self.bias = self.add_weight(shape=(1,), initializer="zeros", name="bias")

    def call(self, maps: Any) -> tuple[Any, Any]:
        """Return the logit and the evidence."""
        evidence = keras.ops.sum(maps * self.kernel, axis=-1)
        return keras.ops.sum(evidence, axis=(1, 2)) + self.bias[0], evidence


def classifier(pixels: Any, maps: Any, weights: NDArray[np.float32], bias: float) -> keras.Model:
    """Return the network from pixels to logit, evidence and the flattened maps as features.

    Args:
        pixels: Its input.
        maps: What it makes of them, `[N, h, w, channels]`.
        weights: Of the flattened maps, `[h * w * channels]`.
        bias: Of the unit.
    """
    head = PlaceHead(name="place_head")
    logit, evidence = head(maps)
    head.set_weights([weights.reshape(head.kernel.shape), np.array([bias], np.float32)])
    features = keras.layers.Flatten()(maps)
    return keras.Model(pixels, {"logit": logit, "features": features, "evidence": evidence})
