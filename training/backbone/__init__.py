"""Pretrained networks that turn an image into features.

EfficientNet-Lite0 with ImageNet weights from the Python package index, cut at a chosen depth; other networks by way of
`keras.applications` where the machine can download. Its kernels are rounded once, when they are loaded, so that a
published model is a third as large (`rounding`).

Public surface:

- `CUTS`, `Cut`, `find_cut`: the depths there are, with their channels and size.
- `POOLINGS`, `Feature`, `FeatureKey`, `find_feature`: how a feature map there becomes a vector.
- `Cache`: keeps extracted features, so that an interrupted run continues.
- `BackboneError`: whatever can go wrong, with what to do about it.
- `training.backbone.extract`: `Extractor`, `Features`, frozen features by ONNX Runtime (imports no TensorFlow).
- `training.backbone.graph`: `write` and `pool`, the backbone and its poolings as ONNX.
- `training.backbone.whole`: the same in int8, exact on every processor, of which `pretrained` is made.
- `training.backbone.network`: `build`, `build_multiple`, `trainable_blocks`, in Keras, for what is trained on.
- `training.backbone.applications`: `build` for networks of `keras.applications`, in Keras; `zoo` names them.
"""

from training.backbone.architecture import CUTS, Cut, CutKey, find_cut
from training.backbone.cache import Cache
from training.backbone.errors import BackboneError, WeightsMissingError, WeightsUnsafeError
from training.backbone.feature import POOLINGS, Feature, FeatureKey, Pooling, find_feature

__all__ = [
    "CUTS",
    "POOLINGS",
    "BackboneError",
    "Cache",
    "Cut",
    "CutKey",
    "Feature",
    "FeatureKey",
    "Pooling",
    "WeightsMissingError",
    "WeightsUnsafeError",
    "find_cut",
    "find_feature",
]
