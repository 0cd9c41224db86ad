"""Refuse to publish where the file in ONNX Runtime and the fitted network disagree, from the bytes of images on."""

from collections.abc import Iterator, Sequence

import numpy as np

from artifact import golden, image, network
from artifact.card import ImageSpec
from artifact.network import NOVELTY, OUTPUTS, Floats, Pixels
from training.errors import TrainingError
from training.evaluation import novelty as distance
from training.evaluation.novelty import Novelty
from training.network.interface import FEATURES, Network
from training.reading.dataset import Sample

TOLERANCE = 1e-4
"""Largest difference allowed, relative to the output where that is larger than 1."""
BATCH = 1
"""Images in one run: ONNX Runtime keeps about 5 MB for each of 224 pixels, and the service has them one by one."""
COMPARED = 16
"""Images of the user's that are compared at most."""


class Scorer:
    """The exported network in ONNX Runtime, from the bytes of a file to its outputs, as the service runs it."""

    def __init__(self, model: bytes, spec: ImageSpec, threads: int = 0) -> None:
        """Open the network; 0 threads are as many as there are cores."""
        self._network = network.read(network.open_session(model, threads), spec, BATCH)
        self._spec = spec

    def run(self, images: Pixels) -> dict[str, Floats]:
        """Return the outputs for uint8 images `[n, height, width, channels]`, by name."""
        return self._network.run(images)

    def score(self, data: bytes) -> golden.Score:
        """Return logit and novelty of one file."""
        return self._network.score(image.load(data, self._spec)[None]).pair(0)

    def score_all(self, samples: Sequence[Sample]) -> Iterator[golden.Score]:
        """Yield logit and novelty of each sample, one at a time, so that none depends on its neighbours."""
        for sample in samples:
            yield self.score(sample.read())


def verify(
    scorer: Scorer, fitted: Network, novelty: Novelty | None, spec: ImageSpec, samples: Sequence[Sample]
) -> float:
    """Compare file and network on the golden images and some of the user's own; return the largest difference.

    Raises:
        TrainingError: They differ by more than `TOLERANCE`.
    """
    files = [*golden.draw(), *(sample.read() for sample in samples[:COMPARED])]
    images = np.stack([image.load(data, spec) for data in files])
    expected = expect(fitted, novelty, images)
    found = scorer.run(images)
    worst = max(_difference(expected[name], found[name]) for name in expected)
    if not worst <= TOLERANCE:
        raise TrainingError(
            f"The exported network answers otherwise than the trained one (largest difference {worst:.2g}; at most "
            f"{TOLERANCE:g} is allowed), so it is not published. Please report this with the versions in requirements."
        )
    return worst


def expect(fitted: Network, novelty: Novelty | None, images: Pixels) -> dict[str, Floats]:
    """Return what the file is to give for uint8 images, by name; novelty is measured here, in float64."""
    found = fitted.run(images)
    expected = {name: found[name] for name in OUTPUTS if name in found}
    if novelty is not None:
        expected[NOVELTY] = distance.measure(found[FEATURES], novelty).astype(np.float32)
    return expected


def _difference(expected: Floats, found: Floats) -> float:
    if expected.shape != found.shape or not (np.isfinite(expected).all() and np.isfinite(found).all()):
        return float("inf")
    return float((np.abs(found - expected) / np.maximum(1.0, np.abs(expected))).max())
