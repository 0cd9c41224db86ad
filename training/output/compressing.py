"""Store a network's rounded weights in the few bits that they need: one byte a number, or two, in place of four.

Weights that were rounded before training (`backbone.rounding`) are products of a small whole number and their
channel's scale. This finds them in a finished ONNX file and writes them so, with the two operators that multiply them
out again. Both have constant inputs, so ONNX Runtime runs them once, when it opens the file; the network then runs in
float32 on exactly the numbers it had before. (`DequantizeLinear` says the same in one operator, but ONNX Runtime does
not fold it: it would run for every image.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.backbone.rounding import LARGEST

_LEAST_SAVING = 1024  # Bytes; below it the operators cost more than they save.
_WHOLE = ("QuantizeLinear", "DequantizeLinear")
"""What a runtime fuses to whole numbers, as long as its scales are constants; it has few bits as it is."""


@dataclass(frozen=True)
class _Packed:
    """Numbers in few bits, times a scale where there is one, make the original."""

    numbers: NDArray[Any]
    scales: NDArray[np.float32] | None = None

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes + (0 if self.scales is None else self.scales.nbytes)

    def restore(self) -> NDArray[np.float32]:
        """Multiply out as the operators will."""
        restored = self.numbers.astype(np.float32)
        return restored if self.scales is None else restored * self.scales


def compress(model: bytes) -> bytes:
    """Write an ONNX network's weights in int8 or float16 wherever that loses nothing.

    Args:
        model: A serialised ONNX model.

    Returns:
        A model of the same inputs and outputs, which computes the same numbers. Weights that are not exactly whole
        numbers from -127 to 127 times a scale for each index of one axis, nor float16, are left as they are.
    """
    network = onnx.load_from_string(model)
    graph = network.graph
    fed = {value.name for value in graph.input}
    kept = fed | {name for node in graph.node if node.op_type in _WHOLE for name in node.input}
    weights, operators = [], []
    for tensor in graph.initializer:
        packed = None if tensor.name in kept else _pack(tensor)
        if packed is None:
            weights.append(tensor)
        else:
            weights += _tensors(tensor.name, packed)
            operators += _operators(tensor.name, packed)
    operators += graph.node
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights)
    graph.node.extend(operators)
    return bytes(network.SerializeToString(deterministic=True))


def _pack(tensor: TensorProto) -> _Packed | None:
    """Return the smallest exact packing, or None if there is none that is worth it."""
    if tensor.data_type != TensorProto.FLOAT:
        return None
    values = numpy_helper.to_array(tensor)
    worth = [packed for packed in _candidates(values) if packed.nbytes + _LEAST_SAVING <= values.nbytes]
    exact = [packed for packed in worth if np.array_equal(packed.restore(), values)]
    return min(exact, key=lambda packed: packed.nbytes, default=None)


def _candidates(values: NDArray[np.float32]) -> Iterator[_Packed]:
    with np.errstate(over="ignore"):
        yield _Packed(values.astype(np.float16))
    if not np.isfinite(values).all():
        return
    for axis in range(values.ndim):
        others = tuple(other for other in range(values.ndim) if other != axis)
        largest = np.abs(values).max(axis=others, keepdims=True)
        scales = largest / np.float32(LARGEST)
        scales[scales == 0] = 1
        yield _Packed(np.rint(values / scales).astype(np.int8), scales)


def _tensors(name: str, packed: _Packed) -> list[TensorProto]:
    """Return what is stored in place of the weights of this name."""
    tensors = [numpy_helper.from_array(packed.numbers, f"{name}__packed")]
    if packed.scales is not None:
        tensors.append(numpy_helper.from_array(packed.scales, f"{name}__scales"))
    return tensors


def _operators(name: str, packed: _Packed) -> list[onnx.NodeProto]:
    """Return the operators that make the weights of this name again."""
    cast = partial(helper.make_node, "Cast", [f"{name}__packed"], name=f"{name}__cast", to=TensorProto.FLOAT)
    if packed.scales is None:
        return [cast(outputs=[name])]
    scaled = helper.make_node("Mul", [f"{name}__cast", f"{name}__scales"], [name], name=f"{name}__unpacked")
    return [cast(outputs=[f"{name}__cast"]), scaled]
