"""One run of the network for images of several requests: adaptive batching by Ray Serve, as an open network.

While a few milliseconds pass, images are gathered, at most a full batch; a lone request pays those milliseconds, and
under load a run costs less for each image.
"""

import asyncio
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from ray import serve

from artifact.network import Pixels, Scores
from service.inference.model import Model


class Together:
    """An open network for threads that each have a few images: it has what they need of `artifact.network.Opened`."""

    def __init__(self, model: Model, wait: float, loop: asyncio.AbstractEventLoop) -> None:
        """Gather images for at most `wait` seconds; gathering happens on the replica's event loop."""
        self._network = model.network
        self.outputs, self.batch = model.outputs, model.batch
        self._loop = loop
        gather = serve.batch(max_batch_size=model.batch, batch_wait_timeout_s=wait, batch_size_fn=_images)

        async def run(requests: list[Pixels]) -> list[Scores]:
            return await asyncio.to_thread(self._run, requests)

        self._gathered = gather(run)

    def score(self, pixels: Pixels) -> Scores:
        """Return the scores of the images of one request `[n, height, width, channels]`; blocks the thread."""
        chunks = [pixels[start : start + self.batch] for start in range(0, len(pixels), self.batch)]
        waiting = [asyncio.run_coroutine_threadsafe(self._gathered(chunk), self._loop) for chunk in chunks]
        found = [one.result() for one in waiting]
        return Scores.of([row for scores in found for row in scores.rows()])

    def _run(self, requests: list[Pixels]) -> list[Scores]:
        rows = self._network.score(np.concatenate(requests)).rows()
        return [Scores.of(list(islice(rows, len(pixels)))) for pixels in requests]


def prepare(model: Model, wait: float, loop: asyncio.AbstractEventLoop) -> Model:
    """Return a model whose runs are shared by the requests that come together."""
    network: Any = Together(model, wait, loop)
    return replace(model, network=network)


def _images(requests: list[Pixels]) -> int:
    return sum(len(pixels) for pixels in requests)
