"""A backbone of one's own, tried on two pictures: does it take any number, and which of its outputs is meant?"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from artifact import network
from training.backbone.errors import BackboneError
from training.backbone.own_file import OwnFile

KINDS = {onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.FLOAT16: np.float16, onnx.TensorProto.UINT8: np.uint8}
AGREE = 1e-3
"""Largest difference between a picture by itself and beside another, relative to the largest number of the vector."""


def run(
    asked: OwnFile, model: onnx.ModelProto, value: onnx.ValueInfoProto, sizes: tuple[int, ...]
) -> dict[str, NDArray[Any]]:
    """Run two pictures at once and each by itself; return the outputs of the two."""
    pictures = np.random.default_rng(0).uniform(0, 1, (2, *sizes))
    kind = KINDS[value.type.tensor_type.elem_type]
    pictures = (pictures * 255 if kind == np.uint8 else pictures).astype(kind)
    names = [output.name for output in model.graph.output]
    for output in model.graph.output:
        for dim in output.type.tensor_type.shape.dim:
            dim.Clear()
    try:
        session = network.open_session(model.SerializeToString())
        both = session.run(names, {value.name: pictures})
        each = [session.run(names, {value.name: pictures[row : row + 1]}) for row in range(2)]
    except Exception as error:  # ONNX Runtime raises a type of its own for each of a dozen causes
        raise BackboneError(
            f"{asked.path} cannot be run on two pictures at once ({first_line(error)}). Export it for any number: "
            "with torch.onnx.export, dynamic_axes={'input': {0: 'batch'}}."
        ) from error
    for name, together, alone in zip(names, both, zip(*each, strict=True), strict=True):
        joined = np.concatenate(alone)
        if joined.shape != together.shape or np.abs(joined - together).max(initial=0) > AGREE * np.abs(joined).max():
            raise BackboneError(
                f"{asked.path} gives another {name} for a picture beside another one than by itself. Export it for "
                "inference (model.eval() in PyTorch), and for any number of pictures."
            )
    return dict(zip(names, both, strict=True))


def choose(asked: OwnFile, found: dict[str, NDArray[Any]]) -> str:
    """Return the output to take: the one asked for, else the only vector, else the only map."""
    listed = ", ".join(f"{name} {[*value.shape[1:]]}" for name, value in found.items())
    if asked.output is not None:
        if asked.output not in found or found[asked.output].ndim not in (2, 4):
            raise BackboneError(
                f"{asked.path} has no output {asked.output!r} that is a vector or a map; it has {listed}."
            )
        return asked.output
    for dimensions in (2, 4):
        named = [name for name, value in found.items() if value.ndim == dimensions]
        if len(named) == 1:
            return named[0]
        if named:
            raise BackboneError(f"{asked.path} has several outputs: {listed}. Say which by --backbone-output.")
    raise BackboneError(
        f"{asked.path} gives {listed}; a vector or a map for each picture was expected. Export the pooled output, such "
        "as pooler_output or image_embeds of Transformers."
    )


def first_line(error: Exception) -> str:
    """Return what an error says first."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
