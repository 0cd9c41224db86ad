"""Image files in, pixels out: the first step, run by Triton's Python backend."""

from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

from artifact import card, image, network
from artifact.errors import ImageError


class TritonPythonModel:
    """Decodes as training and the service do, by `artifact.image.load`."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read what the network takes from the card."""
        self._spec = card.decode(Path(__file__).with_name("card.json").read_bytes()).input

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer each request by itself: one bad image fails the request that it came with, and no other."""
        return [self._decode(request) for request in requests]

    def _decode(self, request: Any) -> Any:
        """Return `image`, uint8 `[N, height, width, channels]`, for `image_bytes`, N files `[N, 1]`."""
        files = pb_utils.get_input_tensor_by_name(request, "image_bytes").as_numpy().reshape(-1)
        try:
            pixels = np.stack([image.load(file, self._spec) for file in files])
        except ImageError as error:
            return pb_utils.InferenceResponse([], pb_utils.TritonError(error.detail, pb_utils.TritonError.INVALID_ARG))
        return pb_utils.InferenceResponse([pb_utils.Tensor(network.INPUT, pixels)])
