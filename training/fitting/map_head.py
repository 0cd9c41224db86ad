"""A linear head on the mean of a feature map, which also says what each place contributed."""

from typing import Any

import keras

NAME = "map_head"
"""Of the layer, by which its weights are found."""


class MapHead(keras.layers.Layer):
    """One unit on globally averaged channels: a class activation map that is exact (Zhou et al. 2016).

    From maps `[N, h, w, channels]` to the logit `[N]` and the evidence `[N, h, w]`, which sum up to the logit less the
    bias.
    """

    def build(self, input_shape: Any) -> None:
        """Make the weights: float32 `[channels, 1]` and one bias."""
        self.kernel = self.add_weight(shape=(input_shape[-1], 1), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(1,), initializer="zeros", name="bias")

    def call(self, maps: Any) -> tuple[Any, Any]:
        """Return the logit and the evidence."""
        pooled = keras.ops.mean(maps, axis=(1, 2))
        logit = (pooled @ self.kernel)[:, 0] + self.bias[0]
        evidence = (maps @ self.kernel)[..., 0] / (maps.shape[1] * maps.shape[2])
        return logit, evidence


def classifier(pixels: Any, maps: Any, dropout: float = 0.0) -> keras.Model:
    """Return the network from pixels to logit, evidence and pooled features, by a `MapHead` on maps `[N, h, w, c]`.

    `dropout` leaves out whole channels in training, which is dropout on the pooled features.
    """
    features = keras.layers.GlobalAveragePooling2D()(maps)
    logit, evidence = MapHead(name=NAME)(keras.layers.SpatialDropout2D(dropout)(maps))
    return keras.Model(pixels, {"logit": logit, "features": features, "evidence": evidence})
