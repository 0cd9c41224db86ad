"""One run of the network for images of several requests: adaptive batching by Ray Serve, under a session's interface.

While a few milliseconds pass, images are gathered, at most a full batch; a lone request pays those milliseconds, and
under load a run costs less for each image.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ray import serve

from service.inference.model import Model

Pixels = NDArray[np.uint8]
Outputs = list[NDArray[np.float32]]


class Together:
    """Stands for a session of ONNX Runtime, for threads that each have a few images."""

    def __init__(self, model: Model, wait: float, loop: asyncio.AbstractEventLoop) -> None:
        """Gather images for at most `wait` seconds; gathering happens on the replica's event loop."""
        self._model = model
        self._loop = loop
        gather = serve.batch(max_batch_size=model.batch, batch_wait_timeout_s=wait, batch_size_fn=_images)

        async def run(requests: list[Pixels]) -> list[Outputs]:
            return await asyncio.to_thread(self._run, requests)

        self._gathered = gather(run)

    def run(self, outputs: Sequence[str], inputs: dict[str, Pixels]) -> Outputs:
        """Return the outputs for the images of one request `[n, height, width, channels]`; blocks the thread."""
        (pixels,) = inputs.values()
        found: Outputs = asyncio.run_coroutine_threadsafe(self._gathered(pixels), self._loop).result()
        return found

    def _run(self, requests: list[Pixels]) -> list[Outputs]:
        ends = np.cumsum([len(pixels) for pixels in requests])[:-1]
        found = self._model.session.run(self._model.outputs, {self._model.input: np.concatenate(requests)})
        return [list(parts) for parts in zip(*(np.split(output, ends) for output in found), strict=True)]


def prepare(model: Model, wait: float, loop: asyncio.AbstractEventLoop) -> Model:
    """Return a model whose runs are shared by the requests that come together."""
    session: Any = Together(model, wait, loop)
    return replace(model, session=session)


def _images(requests: list[Pixels]) -> int:
    return sum(len(pixels) for pixels in requests)
