"""Refuse to publish where ONNX Runtime and Keras disagree, from the bytes of the files on."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from artifact import golden, image, telemetry
from artifact.card import ImageSpec
from training.errors import TrainingError
from training.evaluation.novelty import Novelty
from training.output.export import INPUT, run_keras
from training.reading.dataset import Sample
from training.strategies.interface import Fitted

onnxruntime = telemetry.import_onnxruntime()

TOLERANCE = 1e-4
"""Largest difference allowed, relative to the output where that is larger than 1."""
BATCH = 16

Outputs = dict[str, NDArray[np.float32]]


class Scorer:
    """The exported network in ONNX Runtime, from the bytes of a file to its outputs, as the service runs it."""

    def __init__(self, model: bytes, spec: ImageSpec, threads: int = 0) -> None:
        """Open the network; 0 threads are as many as there are cores."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._names = [output.name for output in self._session.get_outputs()]
        self._spec = spec

    def run(self, images: NDArray[np.uint8]) -> Outputs:
        """Return the outputs for uint8 images `[n, height, width, channels]`, by name."""
        return dict(zip(self._names, self._session.run(None, {INPUT: images}), strict=True))

    def score(self, data: bytes) -> golden.Score:
        """Return logit and novelty of one file."""
        outputs = self.run(image.load(data, self._spec)[None])
        return float(outputs["logit"][0]), float(outputs["novelty"][0]) if "novelty" in outputs else None

    def score_all(self, samples: Sequence[Sample]) -> Iterator[golden.Score]:
        """Yield logit and novelty of each sample, one at a time, so that none depends on its neighbours."""
        for sample in samples:
            yield self.score(sample.read())


def verify(
    scorer: Scorer, fitted: Fitted, novelty: Novelty | None, spec: ImageSpec, samples: Sequence[Sample]
) -> float:
    """Compare both runtimes on the golden images and some of the user's own; return the largest difference.

    Raises:
        TrainingError: They differ by more than `TOLERANCE`.
    """
    files = [*golden.draw(), *(sample.read() for sample in samples[:BATCH])]
    images = np.stack([image.load(data, spec) for data in files])
    expected = run_keras(fitted, novelty, images)
    found = scorer.run(images)
    worst = max(_difference(expected[name], found[name]) for name in expected)
    if not worst <= TOLERANCE:
        raise TrainingError(
            f"The exported network answers otherwise than the trained one (largest difference {worst:.2g}; at most "
            f"{TOLERANCE:g} is allowed), so it is not published. Please report this with the versions in requirements."
        )
    return worst


def _difference(expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    if expected.shape != found.shape or not (np.isfinite(expected).all() and np.isfinite(found).all()):
        return float("inf")
    return float((np.abs(found - expected) / np.maximum(1.0, np.abs(expected))).max())
