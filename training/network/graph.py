"""An ONNX graph in the making: whatever is written operator by operator is written here."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnx.compose
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from artifact.card import ImageSpec
from artifact.network import INPUT

OPSET = 18
IR_VERSION = 10
"""The newest that goes with the opset in every ONNX Runtime we may meet."""


class Graph:
    """Operators and constants, in the order in which they were written; a value is known by its name.

    The first size of inputs and outputs is open: the number of images.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: dict[str, tuple[int, ...]] = {}
        self._values: set[str] = set()
        self._opsets, self._ir_version = {"": OPSET}, IR_VERSION

    def __contains__(self, value: str) -> bool:
        """Return whether a value of this name was written."""
        return value in self._values

    @property
    def outputs(self) -> dict[str, tuple[int, ...]]:
        """The sizes of a row of each output, by name."""
        return dict(self._outputs)

    def copy(self) -> Graph:
        """Return a graph to go on with, which leaves this one as it is."""
        twin = copy.copy(self)
        twin._nodes, twin._inputs = self._nodes.copy(), self._inputs.copy()
        twin._constants, twin._outputs = self._constants.copy(), self._outputs.copy()
        twin._values, twin._opsets = self._values.copy(), self._opsets.copy()
        return twin

    def include(self, model: onnx.ModelProto, inputs: Mapping[str, str]) -> dict[str, str]:
        """Add a whole network of this opset or a later one; return the values of its outputs, by its names for them.

        Args:
            model: The network, without functions of its own.
            inputs: Values to feed it with, by its names for its inputs.
        """
        prefix = f"included_{len(self._nodes)}_"
        whole = onnx.compose.add_prefix(model, prefix)
        for name, value in inputs.items():
            self.node("Identity", [value], prefix + name)
        for node in whole.graph.node:
            self._values.update(output for output in node.output if output)
            self._nodes.append(node)
        for tensor in whole.graph.initializer:
            self._constants[self._add(tensor.name)] = tensor
        for entry in whole.opset_import:
            self._opsets[entry.domain] = max(entry.version, self._opsets.get(entry.domain, 0))
        self._ir_version = max(self._ir_version, whole.ir_version)
        return {output.name: prefix + output.name for output in model.graph.output}

    def take(self, name: str, sizes: Sequence[int], kind: int = TensorProto.FLOAT) -> str:
        """Add an input of rows of these sizes."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, ["batch", *sizes]))
        return self._add(name)

    def take_pixels(self, spec: ImageSpec) -> str:
        """Add the input of a published network; return it as float32 `[N, height, width, channels]`, 0 to 255."""
        images = self.take(INPUT, (spec.height, spec.width, spec.channels), TensorProto.UINT8)
        return self.node("Cast", [images], "pixels", to=TensorProto.FLOAT)

    def node(self, operator: str, inputs: Sequence[str], name: str | None = None, **attributes: Any) -> str:
        """Add an operator of one output; return the name of what it gives."""
        output = self._add(name or f"{operator.lower()}_{len(self._nodes)}")
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, value: NDArray[Any] | float, name: str | None = None) -> str:
        """Add numbers: an array as it is, a single number as float32."""
        array = value if isinstance(value, np.ndarray) else np.asarray(value, np.float32)
        name = self._add(name or f"constant_{len(self._constants)}")
        contiguous = np.ascontiguousarray(array).reshape(array.shape)
        self._constants[name] = numpy_helper.from_array(contiguous, name)
        return name

    def sum_over(self, value: str, axes: Sequence[int], name: str | None = None, keep: bool = False) -> str:
        """Add up a value over some axes."""
        return self.node("ReduceSum", [value, self.constant(np.array(axes, np.int64))], name, keepdims=int(keep))

    def reshape(self, value: str, sizes: Sequence[int], name: str | None = None) -> str:
        """Give a value other sizes; one may be -1, for what is left."""
        return self.node("Reshape", [value, self.constant(np.array(sizes, np.int64))], name)

    def give(self, value: str, sizes: Sequence[int] = ()) -> None:
        """Make a value an output, float32, under its own name; `sizes` are those of a row."""
        self._outputs[value] = tuple(sizes)

    def withhold(self, value: str) -> None:
        """Take an output back."""
        del self._outputs[value]

    def serialise(self, title: str = "network") -> bytes:
        """Return the bytes of the ONNX file."""
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *sizes])
            for name, sizes in self._outputs.items()
        ]
        graph = helper.make_graph(self._nodes, title, self._inputs, outputs, list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*one) for one in self._opsets.items()])
        model.ir_version = self._ir_version
        return bytes(model.SerializeToString(deterministic=True))

    def _add(self, value: str) -> str:
        if value in self._values:
            raise ValueError(f"the graph has a value named {value} already")
        self._values.add(value)
        return value
