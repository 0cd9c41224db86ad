"""A backbone of one's own, tried on two pictures: does it take any number, and which of its outputs is meant?"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from artifact import network
from training.backbone.errors import BackboneError
from training.backbone.own_file import OwnFile
from training.network.graph import OPSET

KINDS = {
    onnx.TensorProto.FLOAT: np.float32,
    onnx.TensorProto.DOUBLE: np.float64,
    onnx.TensorProto.UINT8: np.uint8,
}
NUMBERS = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
"""Types of the outputs that can be taken; scikit-learn's classifiers give labels and a list of mappings beside them."""
AGREE = 1e-3
"""Largest difference between a picture by itself and beside another, relative to the largest number of the vector."""


def run(
    asked: OwnFile, model: onnx.ModelProto, value: onnx.ValueInfoProto, sizes: tuple[int, ...]
) -> dict[str, NDArray[Any]]:
    """Run two pictures at once and each by itself; return the outputs of the two."""
    pictures = np.random.default_rng(0).uniform(0, 1, (2, *sizes))
    kind = KINDS[value.type.tensor_type.elem_type]
    pictures = (pictures * 255 if kind == np.uint8 else pictures).astype(kind)
    names = _outputs(asked, model)
    for output in model.graph.output:
        for dim in output.type.tensor_type.shape.dim:
            dim.Clear()
    try:
        session = network.open_session(model.SerializeToString())
    except Exception as error:  # ONNX Runtime raises a type of its own for each of a dozen causes
        raise BackboneError(
            f"{asked.path} cannot be opened by ONNX Runtime ({first_line(error)}). Export it again with operators and "
            f"an opset that it knows, such as opset {OPSET}."
        ) from error
    try:
        both = session.run(names, {value.name: pictures})
        each = [session.run(names, {value.name: pictures[row : row + 1]}) for row in range(2)]
    except Exception as error:
        raise BackboneError(
            f"{asked.path} cannot be run on two pictures at once ({first_line(error)}). Export it for any number: give "
            "torch.onnx.export two pictures, torch.zeros(2, 3, height, width), and dynamic_shapes=({0: 'batch'},); "
            "or, with dynamo=False, dynamic_axes={'input': {0: 'batch'}}."
        ) from error
    alone = [np.concatenate(parts) for parts in zip(*each, strict=True)]
    found = dict(zip(names, both, strict=True))
    _compare(asked, found, dict(zip(names, alone, strict=True)))
    return found


def _outputs(asked: OwnFile, model: onnx.ModelProto) -> list[str]:
    """Return the names of the outputs that are numbers."""
    names = [one.name for one in model.graph.output if _may_be_a_vector(one.type.tensor_type)]
    if not names:
        listed = ", ".join(one.name for one in model.graph.output)
        raise BackboneError(
            f"{asked.path} gives {listed}, none of which are vectors of numbers; a vector for each picture was expected"
            ". Of scikit-learn, export the transformer without its classifier, or with options={'zipmap': False}."
        )
    return names


def _may_be_a_vector(kind: onnx.TypeProto.Tensor) -> bool:
    """Tell whether an output is of numbers, and not a single one for all pictures, such as a loss."""
    return kind.elem_type in NUMBERS and not (kind.HasField("shape") and not kind.shape.dim)


def _compare(asked: OwnFile, found: dict[str, NDArray[Any]], alone: dict[str, NDArray[Any]]) -> None:
    """Refuse outputs that are not finite, or that depend on what else is asked at the same time."""
    for name, together in found.items():
        joined = alone[name]
        if not np.isfinite(together).all():
            raise BackboneError(
                f"{asked.path} gives numbers in {name} that are not finite for pictures of noise. Export it in float32."
            )
        most = AGREE * np.abs(joined).max(initial=0)
        if joined.shape != together.shape or np.abs(joined - together).max(initial=0) > most:
            raise BackboneError(
                f"{asked.path} gives another {name} for a picture beside another one than by itself. Export it for "
                "inference (model.eval() in PyTorch), and for any number of pictures."
            )


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
