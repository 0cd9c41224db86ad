"""The tensors of an answer: what the network gave, and what was decided from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.decision import Decision
from artifact.network import OUTPUTS, Scores
from service.inference.model import Model
from service.openinference import message
from service.openinference.message import malformed
from service.problems import Problem

DATATYPES = {
    "label": "BYTES",
    "probability": "FP32",
    "uncertain": "BOOL",
    "unfamiliar": "BOOL",
    **dict.fromkeys(OUTPUTS, "FP32"),
}
"""Every output by name; `novelty` and `evidence` only where the model has them."""


@dataclass(frozen=True)
class Wanted:
    """One output that a client asked for, and whether as binary data."""

    name: str
    binary: bool


def available(model: Model) -> list[str]:
    """Return the names of the outputs that a model gives."""
    lacking = set(OUTPUTS) - set(model.outputs)
    return [name for name in DATATYPES if name not in lacking]


def wanted(header: dict[str, Any], model: Model) -> list[Wanted]:
    """Return what a request asks for: its `outputs`, or all there are; raises a 422 `Problem` for one that is not."""
    parameters = header.get("parameters")
    binary = isinstance(parameters, dict) and parameters.get("binary_data_output") is True
    asked = header.get("outputs")
    if asked is None:
        return [Wanted(name, binary) for name in available(model)]
    if not isinstance(asked, list) or not all(isinstance(output, dict) for output in asked):
        raise malformed("outputs is not a list of objects.")
    return [_wanted(output, binary, model) for output in asked]


def _wanted(output: dict[str, Any], binary: bool, model: Model) -> Wanted:
    name = output.get("name")
    if name not in available(model):
        detail = f"There is no output {name!r:.60}; the model gives {', '.join(available(model))}."
        raise Problem(422, "no_such_output", detail)
    parameters = output.get("parameters")
    own = parameters.get("binary_data") if isinstance(parameters, dict) else None
    return Wanted(name, own if isinstance(own, bool) else binary)


def describe(
    asked: Sequence[Wanted], scores: Scores, decisions: Sequence[Decision]
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Return the `outputs` of the JSON header, and the binary parts that go behind it."""
    tensors, parts = [], []
    for output in asked:
        values = _values(output.name, scores, decisions)
        shape = list(values.shape) if isinstance(values, np.ndarray) else [len(values)]
        tensor: dict[str, Any] = {"name": output.name, "datatype": DATATYPES[output.name], "shape": shape}
        if output.binary:
            part = message.pack(values)
            parts.append(part)
            tensor["parameters"] = {"binary_data_size": len(part)}
        else:
            tensor["data"] = _plain(values) if isinstance(values, np.ndarray) else values
        tensors.append(tensor)
    return tensors, parts


def _plain(values: NDArray[Any]) -> list[Any]:
    """Return a tensor flat, with null for what is not finite, which JSON cannot hold."""
    flat = values.ravel()
    return flat.tolist() if np.isfinite(flat).all() else [x if math.isfinite(x) else None for x in flat.tolist()]


def _values(name: str, scores: Scores, decisions: Sequence[Decision]) -> NDArray[Any] | list[str]:
    if name == "label":
        return [decision.label for decision in decisions]
    if name == "probability":
        return np.array([decision.probability for decision in decisions], np.float32)
    if name in ("uncertain", "unfamiliar"):
        return np.array([getattr(decision, name) for decision in decisions], np.bool_)
    values: NDArray[np.float32] = getattr(scores, name)
    return values
