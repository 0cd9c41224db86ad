"""Kernels of whole numbers times a scale a channel: of 7 bits, and of 8 where each channel is filtered by itself.

With 8 bits, the sum of two products of an activation's 8 bits and a weight's passes 16 bits, in which processors
without VNNI add up pairs and stop at the largest number: the same file then answers otherwise there. 2 * 255 * 64 does
not. What filters each channel by itself adds nothing up in pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import STEPS, Convolution
from training.backbone.rounding import expect_inputs
from training.backbone.weights import Weights

LARGEST, LARGEST_DEPTHWISE = 64, 127
_LEAST = 2.0**-16
"""Of a bias, below which the kernel of its channel is nothing: the bias is a whole number of 32 bits in its scale."""


@dataclass(frozen=True)
class Rounded:
    """A convolution: int8 `[out, in, height, width]` with scales `[out]`, and its bias as a float `[out]`."""

    numbers: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: NDArray[np.float64]


def round_all(weights: Weights) -> dict[str, Rounded]:
    """Round every kernel, and take the mean of what that adds to each output out of its bias (see `rounding`)."""
    inputs = expect_inputs(weights.outputs)
    return {step.convolution.name: _round(step.convolution, weights, inputs) for step in STEPS}


def _round(convolution: Convolution, weights: Weights, inputs: Mapping[str, NDArray[np.float64]]) -> Rounded:
    order = (2, 3, 0, 1) if convolution.depthwise else (3, 2, 0, 1)
    kernel = weights.kernels[convolution.name].astype(np.float64).transpose(order)
    bias = weights.biases[convolution.name].astype(np.float64)
    largest = np.maximum(np.abs(kernel).max(axis=(1, 2, 3)), np.abs(bias) * _LEAST)
    most = LARGEST_DEPTHWISE if convolution.depthwise else LARGEST
    scales = (np.where(largest > 0, largest, 1) / most).astype(np.float32)
    numbers = np.clip(np.rint(kernel / scales[:, None, None, None]), -most, most)
    error = (numbers * scales[:, None, None, None] - kernel).sum(axis=(2, 3))
    expected = inputs[convolution.name]
    shift = error[:, 0] * expected if convolution.depthwise else error @ expected
    return Rounded(numbers.astype(np.int8), scales, bias - shift)
