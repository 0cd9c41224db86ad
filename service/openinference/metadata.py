"""What a server and a model say of themselves in the Open Inference Protocol."""

from typing import Any

from artifact.network import EVIDENCE
from service.inference.model import Model
from service.openinference import inputs, outputs

SERVER: dict[str, Any] = {"name": "thirtyfive", "version": "1", "extensions": ["binary_tensor_data"]}


def describe(model: Model, versions: list[str]) -> dict[str, Any]:
    """Return the metadata of a model: its inputs, of which a request gives one, and its outputs."""
    spec = model.card.input
    shapes: dict[str, list[int]] = {EVIDENCE: [-1, -1, -1]}
    return {
        "name": model.card.name,
        "versions": versions,
        "platform": "onnxruntime_onnx",
        "inputs": [
            {"name": inputs.PIXELS, "datatype": "UINT8", "shape": [-1, spec.height, spec.width, spec.channels]},
            {"name": inputs.FILES, "datatype": "BYTES", "shape": [-1]},
        ],
        "outputs": [
            {"name": name, "datatype": outputs.DATATYPES[name], "shape": shapes.get(name, [-1])}
            for name in outputs.available(model)
        ],
    }
