"""A network that Keras trained whole; tf2onnx turns it into the file that is published.

Keras and TensorFlow are imported by the methods, as this module is imported with what only writes graphs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx

from artifact.card import ImageSpec
from artifact.network import EVIDENCE, INPUT, LOGIT, NOVELTY, Floats, Pixels
from training.evaluation.novelty import Novelty
from training.network.conversion_memory import prompt_collection
from training.network.deterministic_order import steady_order
from training.network.graph import OPSET
from training.network.interface import FEATURES

PIXELS, MOST = 2 * 160 * 160, 8
"""In one run, and images: Keras keeps what every layer makes of them, 50 MB for one of 224 pixels."""


@dataclass(frozen=True, eq=False)
class KerasNetwork:
    """A finished Keras model; see `training.network.interface.Network`.

    Attributes:
        model: From float32 pixels, 0 to 255, `[N, height, width, channels]`, to a dictionary of the outputs.
        spec: The tensor that it takes.
    """

    model: Any
    spec: ImageSpec

    @property
    def outputs(self) -> Mapping[str, tuple[int, ...]]:
        """The sizes of a row of each output, by name."""
        return {name: tuple(value.shape[1:]) for name, value in self.model.output.items()}

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        """Return the outputs for uint8 `[N, height, width, channels]`."""
        size = min(MOST, max(1, PIXELS // (self.spec.height * self.spec.width)))
        batches = [pixels[start : start + size].astype(np.float32) for start in range(0, len(pixels), size)]
        parts = [self.model(batch, training=False) for batch in batches]
        return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        """Return the ONNX file, by tf2onnx's `from_function`."""
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        import tensorflow as tf
        import tf2onnx

        function = tf.function(lambda image: self._publish(novelty, tf.cast(image, tf.float32)))
        sizes = (None, self.spec.height, self.spec.width, self.spec.channels)
        with steady_order(), prompt_collection():
            converted, _ = tf2onnx.convert.from_function(
                function, [tf.TensorSpec(sizes, tf.uint8, name=INPUT)], opset=OPSET
            )
        onnx.checker.check_model(converted)
        return bytes(converted.SerializeToString(deterministic=True))

    def _publish(self, novelty: Novelty | None, pixels: Any) -> dict[str, Any]:
        """Return what the file gives, as TensorFlow's tensors."""
        import tensorflow as tf

        found = self.model(pixels, training=False)
        outputs = {name: found[name] for name in (LOGIT, EVIDENCE) if name in found}
        if novelty is not None:
            features = found[FEATURES]
            unit = features / tf.maximum(tf.norm(features, axis=1, keepdims=True), 1e-9)
            outputs[NOVELTY] = 1.0 - tf.reduce_sum(tf.matmul(unit, novelty.directions) ** 2, axis=1)
        return outputs
