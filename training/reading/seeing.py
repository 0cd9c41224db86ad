"""Features of a frozen backbone for images that are not yet split, computed where a clue asks for them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.backbone.cache import Cache
from training.reading.dataset import Sample

_SPEC = ImageSpec(224, 224, fit="crop", keep=0.875)


def see(samples: Sequence[Sample], cache: Cache | None) -> NDArray[np.float32]:
    """Return what the end of the backbone says of each image, of unit length, float32 `[n, d]`."""
    from training.backbone.extract import Extractor  # ONNX Runtime is loaded where it is needed

    extractor = Extractor(_SPEC.height, [("last", "deviation")], cache=cache)
    rows = extractor.extract(sample.load(_SPEC) for sample in samples).pooled[("last", "deviation")]
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), np.float32)
