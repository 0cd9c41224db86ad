"""What an expert would deploy instead: EfficientNet-Lite0 at 224 pixels in float32, as published, and a linear head.

The head is a logistic regression on the averages of the last map, fitted on the built-in example. It is written as a
folder of the form that the rivals read, with ONNX alone.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from artifact import jsonfile
from artifact.card import ImageSpec
from benchmarks.accuracy import baselines
from training.backbone import graph
from training.backbone.extract import Extractor
from training.backbone.feature import find_feature
from training.backbone.weights import load
from training.pixels import stream
from training.reading import dataset
from training.reading.dataset import label_array
from training.reading.example import FACE, OTHER, find

SPEC = ImageSpec(224, 224, fit="crop", keep=0.875)
"""As the network was trained and tested."""


def make(folder: Path) -> Path:
    """Write the network and its card into a folder, where they are not there yet; return the folder."""
    if not (folder / "card.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        weights, bias = _fit()
        (folder / "model.onnx").write_bytes(write(weights, bias))
        said = {"height": SPEC.height, "width": SPEC.width, "fit": SPEC.fit, "keep": SPEC.keep}
        classes, as_it_is = {"negative": OTHER, "positive": FACE}, {"slope": 1.0, "intercept": 0.0}
        card = {"input": said, "calibration": as_it_is, "threshold": 0.5, "classes": classes}
        (folder / "card.json").write_bytes(jsonfile.encode(card))
    return folder


def _fit() -> tuple[np.ndarray, float]:
    """Return weights, float32 `[1280]`, and bias; the regression is affine, so points show them."""
    samples = dataset.read(find()).train
    features = Extractor(SPEC.height, weights=load("float32")).extract(stream(samples, SPEC)).pooled["last"]
    points = np.concatenate([np.zeros((1, features.shape[1])), np.eye(features.shape[1])])
    scores = baselines.logits(features.astype(np.float64), label_array(samples), points)
    return (scores[1:] - scores[0]).astype(np.float32), float(scores[0])


def write(weights: np.ndarray, bias: float) -> bytes:
    """Return the network with the head behind its pooled features."""
    feature = find_feature("last")
    network = onnx.load_from_string(graph.build(SPEC.height, [feature], load("float32")))
    constants = {
        "linear_weights": weights[:, None],
        "linear_bias": np.array([bias], np.float32),
        "flat": np.array([-1]),
    }
    network.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    network.graph.node.extend(
        [
            helper.make_node("MatMul", [feature.name, "linear_weights"], ["score"]),
            helper.make_node("Add", ["score", "linear_bias"], ["scores"]),
            helper.make_node("Reshape", ["scores", "flat"], ["logit"]),
        ]
    )
    del network.graph.output[:]
    network.graph.output.append(helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["batch"]))
    onnx.checker.check_model(network)
    return bytes(network.SerializeToString(deterministic=True))
