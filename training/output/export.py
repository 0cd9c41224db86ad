"""From a finished Keras network to the ONNX file that is served: uint8 images in, logit, novelty and evidence out.

Scaling, novelty and evidence are in the graph, so a program in any language needs nothing but the file and an image of
the right size. The conversion is tf2onnx's `from_function` at opset 18.
"""

import os
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.evaluation.novelty import Novelty
from training.network.conversion_memory import prompt_collection
from training.network.deterministic_order import steady_order
from training.output.compressing import compress
from training.output.naming import rename
from training.pixels import AT_ONCE
from training.strategies.interface import Fitted

OPSET = 18
INPUT = "image"


def export(fitted: Fitted, novelty: Novelty | None, spec: ImageSpec) -> bytes:
    """Convert a network to ONNX, its weights in as few bits as lose nothing; see `convert`."""
    return rename(compress(convert(fitted, novelty, spec)))


def convert(fitted: Fitted, novelty: Novelty | None, spec: ImageSpec) -> bytes:
    """Convert a network to ONNX as it is, in float32.

    Args:
        fitted: The finished candidate.
        novelty: Measured on the network's `features`; None leaves that output out.
        spec: The tensor that the network takes.

    Returns:
        The bytes of the file. Its input `image` is uint8 `[N, height, width, channels]`; its outputs are `logit` `[N]`,
        and where there are such, `novelty` `[N]` and `evidence` `[N, h, w]`, all float32.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf
    import tf2onnx

    function = tf.function(lambda image: _outputs(fitted.network, novelty, tf.cast(image, tf.float32)))
    signature = tf.TensorSpec((None, spec.height, spec.width, spec.channels), tf.uint8, name=INPUT)
    with steady_order(), prompt_collection():
        model, _ = tf2onnx.convert.from_function(function, [signature], opset=OPSET)
    model.doc_string = "Thirtyfive: see card.json beside this file"
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _outputs(network: Any, novelty: Novelty | None, pixels: Any) -> dict[str, Any]:
    import tensorflow as tf

    found = network(pixels, training=False)
    outputs = {name: found[name] for name in ("logit", "evidence") if name in found}
    if novelty is not None:
        unit = found["features"] / tf.maximum(tf.norm(found["features"], axis=1, keepdims=True), 1e-9)
        outputs["novelty"] = 1.0 - tf.reduce_sum(tf.matmul(unit, novelty.directions) ** 2, axis=1)
    return outputs


def run_keras(fitted: Fitted, novelty: Novelty | None, images: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Return the outputs of the Keras network for uint8 images, by name."""
    import tensorflow as tf

    parts = [
        _outputs(fitted.network, novelty, tf.constant(images[start : start + AT_ONCE], tf.float32))
        for start in range(0, len(images), AT_ONCE)
    ]
    return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}
