"""A network whose features of a picture are kept from run to run."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from artifact.card import ImageSpec
from artifact.network import Floats, Pixels
from training.backbone.cache import Cache
from training.evaluation.novelty import Novelty
from training.network.interface import FEATURES, Network


@dataclass(frozen=True, eq=False)
class Remembering:
    """A network that gives `features`, and is run once for each picture; see `training.network.interface.Network`.

    Attributes:
        network: The network.
        identity: Of the network, for the cache: what gives other features has another.
        spec: How pictures become its tensor, which may be another framing than the network's own.
        cache: Where the features are kept; None to keep none.
    """

    network: Network
    identity: str
    spec: ImageSpec
    cache: Cache | None

    @property
    def outputs(self) -> Mapping[str, tuple[int, ...]]:
        """The sizes of a row of `features`."""
        return {FEATURES: self.network.outputs[FEATURES]}

    def run(self, pixels: Pixels) -> dict[str, Floats]:
        """Return `features` for uint8 `[N, height, width, channels]`."""
        if self.cache is None:
            return {FEATURES: self.network.run(pixels)[FEATURES]}
        keys = [hashlib.sha256(self.identity.encode() + picture.tobytes()).hexdigest() for picture in pixels]
        rows = self.cache.fill(keys, self._compute(pixels))
        return {FEATURES: np.stack([row[FEATURES] for row in rows])}

    def _compute(self, pixels: Pixels) -> Callable[[list[int]], list[dict[str, Floats]]]:
        return lambda places: [{FEATURES: row} for row in self.network.run(pixels[places])[FEATURES]]

    def to_onnx(self, novelty: Novelty | None) -> bytes:
        """Return the network's file."""
        return self.network.to_onnx(novelty)
