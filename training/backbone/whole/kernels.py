"""Kernels of whole numbers times a scale a channel, of 8 bits as far as every processor adds them up alike.

Without VNNI, processors add up products of an activation's 8 bits and a weight's by pairs in 16 bits, and stop at the
largest number: the same file then answers otherwise there. So no two weights of a channel that pull the same way make
more than `PAIR` together, and 255 times that is below 2^15; it is 7 bits, and a little more. What filters each channel
by itself adds nothing up in pairs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import STEPS, Convolution
from training.backbone.rounding import expect_inputs
from training.backbone.weights import Weights
from training.backbone.whole.ranges import LEVELS, Levels, sum_of

LARGEST, PAIR = 127, 128
EXACT = 2**24
"""Whole numbers below it, and sums of them, are exact in float32."""
_ODD = {1.0: 1, 1.25: 5, 1.5: 3}
"""A scale over the power of two below it, and the odd number that it then has as a factor."""
_SPARE = 2**20
"""What the correction of a bias may take."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rounded:
    """A convolution: int8 `[out, in, height, width]` with scales `[out]`, and its bias, not rounded yet, `[out]`."""

    numbers: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: Floats


def round_all(weights: Weights, levels: Mapping[str, Levels]) -> dict[str, Rounded]:
    """Round every kernel behind the first block, and take what that adds to each output on average out of its bias.

    The last is as in `training.backbone.rounding`.
    """
    expected = expect_inputs(weights.outputs)
    found, inputs = {}, ""
    for step in STEPS:
        convolution = step.convolution
        if step.block > 1:
            found[convolution.name] = _round(convolution, weights, expected[convolution.name], levels[inputs].scale)
        inputs = f"{convolution.name}_relu6" if convolution.activated else convolution.name
        inputs = sum_of(step) if step.has_shortcut else inputs
    return found


def order(convolution: Convolution, weights: Weights) -> tuple[Floats, Floats]:
    """Return a kernel in ONNX' order, `[out, in, height, width]`, and its bias `[out]`."""
    axes = (2, 3, 0, 1) if convolution.depthwise else (3, 2, 0, 1)
    kernel = weights.kernels[convolution.name].astype(np.float64).transpose(axes)
    return kernel, weights.biases[convolution.name].astype(np.float64)


def _round(convolution: Convolution, weights: Weights, expected: Floats, inputs: float) -> Rounded:
    kernel, bias = order(convolution, weights)
    scales = _choose_scales(kernel, bias, inputs)
    numbers = np.rint(kernel / scales[:, None, None, None])
    error = (numbers * scales[:, None, None, None] - kernel).sum(axis=(2, 3))
    shift = error[:, 0] * expected if convolution.depthwise else error @ expected
    return Rounded(numbers.astype(np.int8), scales.astype(np.float32), bias - shift)


def _choose_scales(kernel: Floats, bias: Floats, inputs: float) -> Floats:
    """Return the least scale of each channel with which its numbers fit, and no sum of its products passes `EXACT`."""
    least = np.maximum(np.abs(kernel).max(axis=(1, 2, 3)) / LARGEST, 2.0**-30)
    powers = 2.0 ** np.floor(np.log2(least))
    scales: Floats = powers.copy()
    left = np.arange(len(kernel))
    for step in count():
        scales[left] = powers[left] * 2.0 ** (step // len(_ODD)) * list(_ODD)[step % len(_ODD)]
        fits = scales[left] >= least[left]
        large = left[fits]
        fits[fits] = _fits(kernel[large], bias[large], scales[large], inputs)
        left = left[~fits]
        if not len(left):
            break
    return scales


def _fits(kernel: Floats, bias: Floats, scales: Floats, inputs: float) -> NDArray[np.bool_]:
    """Return of each channel whether its numbers can be added up in pairs, and all its products in float32."""
    numbers = kernel.reshape(len(kernel), math.prod(kernel.shape[1:])) / scales[:, None]
    np.rint(numbers, out=numbers)
    exact = _sum(numbers, bias, scales * inputs) * _odd(scales) * _odd(np.array([inputs])) < EXACT - _SPARE
    if kernel.shape[1] == 1:
        return np.asarray(exact)
    pairs = np.maximum(_two_largest(numbers), _two_largest(-numbers))
    return np.asarray(exact & (pairs <= PAIR))


def _two_largest(numbers: Floats) -> Floats:
    """Return of each row the sum of the two largest positive numbers; a sort would take most of all the time."""
    rows, places = np.arange(len(numbers)), numbers.argmax(axis=1)
    first = numbers[rows, places]
    numbers[rows, places] = 0
    second = numbers.max(axis=1)
    numbers[rows, places] = first
    return np.asarray(first.clip(min=0) + second.clip(min=0))


def _sum(numbers: Floats, bias: Floats, unit: Floats) -> Floats:
    """Return the most that the products of a channel and its bias make, in units."""
    return np.asarray(np.linalg.norm(numbers, 1, axis=1) * LEVELS + np.abs(bias) / unit)


def _odd(scales: Floats) -> Floats:
    """Return the odd whole number of which each scale is a power of two."""
    return np.array([_ODD[float(part)] for part in 2 * np.frexp(scales)[0]])
