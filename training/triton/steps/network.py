"""Pixels in, scores out: the network, run by ONNX Runtime inside Triton's Python backend."""

from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from numpy.typing import NDArray

from artifact import network


class TritonPythonModel:
    """Runs `model.onnx` on the CPU, all requests that Triton hands over at once in one run."""

    def initialize(self, args: dict[str, str]) -> None:
        """Open the network."""
        self._session = network.open_session(Path(__file__).with_name("model.onnx"))
        self._names = [output.name for output in self._session.get_outputs()]

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer each request with its rows of one run."""
        pixels = [pb_utils.get_input_tensor_by_name(request, network.INPUT).as_numpy() for request in requests]
        outputs = self._session.run(self._names, {network.INPUT: np.concatenate(pixels)})
        ends = np.cumsum([len(images) for images in pixels])[:-1]
        parts = zip(*(np.split(output, ends) for output in outputs), strict=True)
        return [pb_utils.InferenceResponse(self._tensors(part)) for part in parts]

    def _tensors(self, part: tuple[NDArray[Any], ...]) -> list[Any]:
        """Return one request's outputs; of one that is one number a row, Triton expects `[N, 1]`."""
        columns = (rows[:, None] if rows.ndim == 1 else rows for rows in part)
        return [pb_utils.Tensor(name, rows) for name, rows in zip(self._names, columns, strict=True)]
