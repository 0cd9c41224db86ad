"""The smallest and the largest number of every feature map, over photographs that come with scikit-image."""

import numpy as np
import onnx
import skimage.data
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image

from artifact import telemetry
from artifact.network import INPUT
from training.backbone import graph
from training.backbone.architecture import STEPS, Step
from training.backbone.feature import find_feature
from training.backbone.weights import Weights

onnxruntime = telemetry.import_onnxruntime()

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket", "camera", "coins", "page", "text", "clock", "brick", "grass")
Ranges = dict[str, tuple[float, float]]


def sum_of(step: Step) -> str:
    """Return the name of the map after a shortcut is added."""
    return f"{step.name}_add"


def photographs(size: int) -> NDArray[np.uint8]:
    """Return the photographs, `[n, size, size, 3]`."""
    found = [Image.fromarray(getattr(skimage.data, name)()).convert("RGB") for name in PHOTOGRAPHS]
    return np.stack([np.asarray(one.resize((size, size))) for one in found])


def measure(size: int, weights: Weights) -> Ranges:
    """Return the range of what each convolution and each shortcut gives, by its name in `training.backbone.graph`."""
    network = onnx.load_from_string(graph.build(size, [find_feature("last")], weights))
    del network.graph.output[:]
    names = [f"{one.convolution.name}_relu6" if one.convolution.activated else one.convolution.name for one in STEPS]
    names += [sum_of(step) for step in STEPS if step.has_shortcut]
    network.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(network.SerializeToString(), providers=["CPUExecutionProvider"])
    found = [session.run(None, {INPUT: one[None]}) for one in photographs(size)]
    maps = zip(names, zip(*found, strict=True), strict=True)
    return {name: (min(float(m.min()) for m in seen), max(float(m.max()) for m in seen)) for name, seen in maps}
