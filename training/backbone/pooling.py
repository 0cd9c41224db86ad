"""The poolings of `feature.POOLINGS` as Keras layers, which convert to ONNX. This module imports Keras."""

from collections.abc import Callable
from typing import Any

import keras

from training.backbone.feature import VARIANCE_FLOOR, Pooling, quadrant_window


def pool(feature_map: keras.KerasTensor, pooling: Pooling, *, name: str | None = None) -> keras.KerasTensor:
    """Pool a feature map, [N, h, w, channels], into vectors, [N, channels] or for quadrants [N, 4 * channels].

    Args:
        feature_map: a symbolic or actual tensor.
        pooling: one of `POOLINGS`, which says what each is.
        name: of the layer.

    Raises:
        BackboneError: quadrants were asked of a map of a single place.
    """
    return _LAYERS[pooling](name=name)(feature_map)


@keras.saving.register_keras_serializable("thirtyfive")
class GlobalDeviationPooling2D(keras.layers.Layer):
    """The population standard deviation of each channel over all places, from deviations, not from squares."""

    def call(self, feature_map: Any) -> Any:
        """Pool [N, h, w, channels] to [N, channels]."""
        centred = feature_map - keras.ops.mean(feature_map, axis=(1, 2), keepdims=True)
        variance = keras.ops.mean(centred * centred, axis=(1, 2))
        return keras.ops.sqrt(keras.ops.maximum(variance, VARIANCE_FLOOR))


@keras.saving.register_keras_serializable("thirtyfive")
class QuadrantPooling2D(keras.layers.Layer):
    """The averages of each channel over the four quarters of a square map, quarter by quarter."""

    def call(self, feature_map: Any) -> Any:
        """Pool [N, h, h, channels] to [N, 4 * channels]."""
        side, step = quadrant_window(feature_map.shape[1])
        quarters = keras.ops.average_pool(feature_map, side, step)
        return keras.ops.reshape(quarters, (-1, 4 * feature_map.shape[3]))


_LAYERS: dict[Pooling, Callable[..., keras.layers.Layer]] = {
    "average": keras.layers.GlobalAveragePooling2D,
    "deviation": GlobalDeviationPooling2D,
    "quadrants": QuadrantPooling2D,
}
