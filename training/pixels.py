"""Decoded images, a few at a time: by the same `artifact.image.load` that the service calls, in threads."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.network.interface import FEATURES, Network
from training.reading.dataset import Sample

AHEAD = 32
"""Images decoded at once, which bounds the memory."""
AT_ONCE = 16
"""Images that a network is given at once."""


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


def features_of(network: Network, samples: Sequence[Sample]) -> NDArray[np.float32]:
    """Return the `features` that a network gives for the samples, float32 `[n, d]`."""
    return features_of_pixels(network, stream(samples, network.spec))


def features_of_pixels(network: Network, pixels: Iterator[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return the `features` that a network gives for decoded images, float32 `[n, d]`."""
    rows = [np.empty((0, *network.outputs[FEATURES]), np.float32)]
    while batch := list(islice(pixels, AT_ONCE)):
        rows.append(network.run(np.stack(batch))[FEATURES])
    return np.concatenate(rows)
