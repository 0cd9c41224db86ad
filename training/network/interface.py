"""What a fitted candidate's network can do, whoever made it."""

from collections.abc import Mapping
from typing import Protocol

from artifact.card import ImageSpec
from artifact.network import Floats, Pixels
from training.evaluation.novelty import Novelty

FEATURES = "features"
"""What novelty is measured on, float32 `[N, d]`; an output inside training, and not of the published file."""


class Network(Protocol):
    """From uint8 pixels to `logit` `[N]`, `features` `[N, d]` and perhaps `evidence` `[N, h, w]`, float32.

    Evidence is each place's share in the logit (a class activation map, Zhou et al. 2016).
    """

    @property
    def spec(self) -> ImageSpec:
        """The tensor that it takes."""
        ...

    @property
    def outputs(self) -> Mapping[str, tuple[int, ...]]:
        """The sizes of a row of each output, by name."""
        ...

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        """Return the outputs for uint8 `[N, height, width, channels]`, a few images in one run."""
        ...

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        """Return the ONNX file, weights in float32: `features` is left out, and `novelty` there, if one was measured.

        Its tensors are those of `artifact.network`.
        """
        ...
