"""Frozen features: images in, pooled feature maps of the backbone's cuts out, by ONNX Runtime and no TensorFlow."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact import network, telemetry
from training.backbone import graph
from training.backbone.architecture import CutKey, check_size, find_cut
from training.backbone.cache import Cache
from training.backbone.errors import BackboneError
from training.backbone.feature import FeatureKey, find_feature
from training.backbone.weights import Weights, load
from training.backbone.whole import Backbone
from training.backbone.whole import graph as whole_graph

Row = dict[str, NDArray[np.float32]]
"""One image's results by the names of the graph's outputs."""


@dataclass(frozen=True)
class Features:
    """What the backbone says about N images.

    Attributes:
        pooled: by the keys that the extractor was given, float32 [N, width].
        maps: the feature maps by cut, float32 [N, h, w, channels]; empty unless asked for.
    """

    pooled: dict[FeatureKey, NDArray[np.float32]]
    maps: dict[CutKey, NDArray[np.float32]]


class Extractor:
    """The frozen backbone, ready to run.

    Images go through in batches, so memory stays bounded however many there are: about 10 MB an image of a batch at
    224 pixels. With a cache, each image's result is kept under a key made from the graph and the image's pixels.
    """

    def __init__(
        self,
        size: int,
        features: Sequence[FeatureKey] = ("last",),
        *,
        maps: bool = False,
        batch_size: int = 8,
        threads: int = 0,
        cache: Cache | None = None,
        weights: Weights | Backbone | None = None,
    ) -> None:
        """Build the graph and open it.

        Args:
            size: height and width of the images in pixels, a multiple of 32.
            features: what to compute: cuts, meaning their averages, or pairs of a cut and a pooling, such as
                `("last", ("expand_12", "deviation"))`.
            maps: whether to return the cuts' feature maps as well.
            batch_size: images in one pass.
            threads: threads of ONNX Runtime; 0 for one a core.
            cache: where to keep results; None to keep none.
            weights: the weights; the published ImageNet weights if None. Those of `training.backbone.whole.load` to
                compute in whole numbers, as what is published of `pretrained` does; then without maps.

        Raises:
            BackboneError: there is no such cut or pooling, the size does not fit, the weights are missing or not
                genuine, or there is no such network in whole numbers.
        """
        check_size(size)
        if not features or batch_size < 1:
            raise BackboneError("An extractor needs at least one feature and a batch size of at least 1.")
        self.size = size
        self._batch_size = batch_size
        self._cache = cache
        wanted = [find_feature(key) for key in features]
        if isinstance(weights, Backbone):
            if maps:
                raise BackboneError("In whole numbers, an extractor gives no maps.")
            model = whole_graph.build(size, wanted, weights)
        else:
            model = graph.build(size, wanted, weights or load(), maps=maps)
        self.identity = hashlib.sha256(model + telemetry.import_onnxruntime().__version__.encode()).hexdigest()
        self._session = network.open_session(model, threads)
        self._shapes = {output.name: tuple(output.shape[1:]) for output in self._session.get_outputs()}
        self._pooled = {key: feature.name for key, feature in zip(features, wanted, strict=True)}
        self._maps = {feature.cut: f"{find_cut(feature.cut).name}_map" for feature in wanted if maps}

    def extract(self, images: Iterable[NDArray[np.uint8]]) -> Features:
        """Compute the features of images.

        Args:
            images: uint8 RGB, each [size, size, 3]: an array [N, size, size, 3] or any iterable, read a batch at a
                time.

        Returns:
            The features, in the order of the images.

        Raises:
            BackboneError: an image has another shape or type.
        """
        rows = [row for batch in self._batches(images) for row in self._extract_batch(batch)]
        if self._cache is not None:
            self._cache.trim()
        joined = {name: np.empty((len(rows), *shape), np.float32) for name, shape in self._shapes.items()}
        for index in reversed(range(len(rows))):
            row = rows.pop()  # as it is copied, so that features of thousands of images are never there twice
            for name, values in joined.items():
                values[index] = row[name]
        return Features(
            {key: joined[name] for key, name in self._pooled.items()},
            {cut: joined[name] for cut, name in self._maps.items()},
        )

    def _batches(self, images: Iterable[NDArray[np.uint8]]) -> Iterator[list[NDArray[np.uint8]]]:
        remaining = iter(images)
        while batch := list(islice(remaining, self._batch_size)):
            for image in batch:
                self._check(image)
            yield batch

    def _check(self, image: NDArray[Any]) -> None:
        expected = (self.size, self.size, 3)
        if np.shape(image) != expected or image.dtype != np.uint8:
            raise BackboneError(
                f"The backbone was given an image of shape {np.shape(image)} and type "
                f"{getattr(image, 'dtype', type(image).__name__)}; it takes uint8 pixels of shape {expected}."
            )

    def _extract_batch(self, batch: list[NDArray[np.uint8]]) -> list[Row]:
        """Return a row an image, running the images that the cache does not have."""
        if self._cache is None:
            return self._run(batch)
        keys = [hashlib.sha256(self.identity.encode() + image.tobytes()).hexdigest() for image in batch]
        return self._cache.fill(keys, lambda places: self._run([batch[place] for place in places]))

    def _run(self, batch: list[NDArray[np.uint8]]) -> list[Row]:
        outputs = self._session.run(list(self._shapes), {network.INPUT: np.stack(batch)})
        return [dict(zip(self._shapes, values, strict=True)) for values in zip(*outputs, strict=True)]
