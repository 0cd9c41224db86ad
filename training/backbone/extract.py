"""Frozen features: images in, averages (and maps) of the backbone's cuts out, by ONNX Runtime and no TensorFlow."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.backbone import graph
from training.backbone.architecture import CutKey, check_size, find_cut
from training.backbone.cache import Cache
from training.backbone.errors import BackboneError
from training.backbone.weights import Weights, load


@dataclass(frozen=True)
class Features:
    """What the backbone says about N images, by cut.

    Attributes:
        pooled: the average of each channel, float32 [N, channels].
        maps: the feature maps, float32 [N, h, w, channels]; empty unless asked for.
    """

    pooled: dict[CutKey, NDArray[np.float32]]
    maps: dict[CutKey, NDArray[np.float32]]


class Extractor:
    """The frozen backbone, ready to run.

    Images go through in batches, so memory stays bounded however many there are: about 10 MB an image of a batch at
    224 pixels. With a cache, each batch's result is kept under a key made from the graph and the batch's pixels.
    """

    def __init__(
        self,
        size: int,
        cuts: Sequence[CutKey] = ("last",),
        *,
        maps: bool = False,
        batch_size: int = 16,
        threads: int = 0,
        cache: Cache | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Build the graph and open it.

        Args:
            size: height and width of the images in pixels, a multiple of 32.
            cuts: the depths at which to take features, block numbers or "last".
            maps: whether to return feature maps as well.
            batch_size: images in one pass.
            threads: threads of ONNX Runtime; 0 for one a core.
            cache: where to keep results; None to keep none.
            weights: the weights; the published ImageNet weights if None.

        Raises:
            BackboneError: there is no such cut, the size does not fit, or the weights are missing or not genuine.
        """
        check_size(size)
        if not cuts or batch_size < 1:
            raise BackboneError("An extractor needs at least one cut and a batch size of at least 1.")
        self.size = size
        self.cuts = tuple(dict.fromkeys(cuts))
        self._batch_size = batch_size
        self._cache = cache
        found = [find_cut(key) for key in self.cuts]
        model = graph.build(size, found, weights or load(), maps=maps)
        self.identity = hashlib.sha256(model + onnxruntime.__version__.encode()).hexdigest()
        self._session = _open(model, threads)
        self._names = [output.name for output in self._session.get_outputs()]
        self._shapes = [tuple(output.shape[1:]) for output in self._session.get_outputs()]

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
        batches = [self._extract_batch(batch) for batch in self._batches(images)]
        if self._cache is not None:
            self._cache.trim()
        joined = [
            np.concatenate([np.empty((0, *shape), np.float32), *(batch[name] for batch in batches)])
            for name, shape in zip(self._names, self._shapes, strict=True)
        ]
        count = len(self.cuts)
        return Features(dict(zip(self.cuts, joined, strict=False)), dict(zip(self.cuts, joined[count:], strict=False)))

    def _batches(self, images: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        remaining = iter(images)
        while batch := list(islice(remaining, self._batch_size)):
            for image in batch:
                self._check(image)
            yield np.stack(batch)

    def _check(self, image: NDArray[Any]) -> None:
        expected = (self.size, self.size, 3)
        if np.shape(image) != expected or image.dtype != np.uint8:
            raise BackboneError(
                f"The backbone was given an image of shape {np.shape(image)} and type "
                f"{getattr(image, 'dtype', type(image).__name__)}; it takes uint8 pixels of shape {expected}."
            )

    def _extract_batch(self, batch: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        if self._cache is None:
            return self._run(batch)
        key = hashlib.sha256(self.identity.encode() + batch.tobytes()).hexdigest()
        stored = self._cache.load(key)
        if stored is None:
            stored = self._run(batch)
            self._cache.save(key, stored)
        return stored

    def _run(self, batch: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        return dict(zip(self._names, self._session.run(None, {graph.INPUT: batch}), strict=True))


def _open(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
