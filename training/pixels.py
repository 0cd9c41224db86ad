"""Decoded images, a few at a time: by the same `artifact.image.load` that the service calls, in threads."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.reading.dataset import Sample

AHEAD = 32
"""Images decoded at once, which bounds the memory."""
AT_ONCE = 8
"""Images that a Keras network takes at once: it keeps what every layer makes of them, 50 MB for one of 224 pixels."""


def stream(
    samples: Sequence[Sample], spec: ImageSpec, advance: Callable[[], None] = lambda: None
) -> Iterator[NDArray[np.uint8]]:
    """Yield each sample's pixels, uint8 `[height, width, channels]`, in order."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        for start in range(0, len(samples), AHEAD):
            for pixels in threads.map(lambda sample: sample.load(spec), samples[start : start + AHEAD]):
                advance()
                yield pixels


def load_all(samples: Sequence[Sample], spec: ImageSpec) -> NDArray[np.uint8]:
    """Return all samples' pixels at once, uint8 `[n, height, width, channels]`; for small images."""
    pixels = np.empty((len(samples), spec.height, spec.width, spec.channels), np.uint8)
    for row, one in enumerate(stream(samples, spec)):
        pixels[row] = one
    return pixels


def features_of(network: Any, samples: Sequence[Sample], spec: ImageSpec) -> NDArray[np.float32]:
    """Return the `features` that a finished Keras network gives for the samples, float32 `[n, d]`."""
    return outputs_of(network, samples, spec, "features")


def outputs_of(network: Any, samples: Sequence[Sample], spec: ImageSpec, name: str) -> NDArray[np.float32]:
    """Return one output of a finished Keras network for the samples, float32 `[n, ...]`."""
    return _run(network, stream(samples, spec), name)


def features_of_pixels(network: Any, pixels: Iterator[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return the `features` that a Keras network gives for decoded images, float32 `[n, d]`."""
    return _run(network, pixels, "features")


def _run(network: Any, remaining: Iterator[NDArray[np.uint8]], name: str) -> NDArray[np.float32]:
    rows = [np.empty((0, *network.output[name].shape[1:]), np.float32)]
    while batch := list(islice(remaining, AT_ONCE)):
        rows.append(np.asarray(network(np.stack(batch).astype(np.float32), training=False)[name]))
    return np.concatenate(rows)
