"""Kernels of whole numbers from -64 to 64 times a scale a channel.

With 8 bits, the sum of two products of a pixel's 8 bits and a weight's passes 16 bits, in which processors without VNNI
add them up and stop at the largest number: the same file then answers otherwise there. 2 * 255 * 64 does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import STEPS, Convolution
from training.backbone.rounding import expect_inputs
from training.backbone.weights import Weights

LARGEST = 64
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
    scales = (np.where(largest > 0, largest, 1) / LARGEST).astype(np.float32)
    numbers = np.clip(np.rint(kernel / scales[:, None, None, None]), -LARGEST, LARGEST)
    error = (numbers * scales[:, None, None, None] - kernel).sum(axis=(2, 3))
    expected = inputs[convolution.name]
    shift = error[:, 0] * expected if convolution.depthwise else error @ expected
    return Rounded(numbers.astype(np.int8), scales, bias - shift)
