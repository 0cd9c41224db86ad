"""Round the kernels once to few bits, so that a published model is a third as large and nothing else changes.

Where a network is trained whole, frozen maps, Keras and the published model all use the same rounded numbers, in
float32: there is no second, quantised network that could differ from the one that was judged.
`training.output.compressing` finds the rounded numbers in an ONNX file and stores them in the bytes that they need. A
frozen backbone under a head computes in whole numbers (`training.backbone.whole`).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from training.backbone.architecture import STEPS, Convolution

LARGEST = 127
_SCALE_BITS = 16  # With 7 bits of a whole number that makes 23, which float32 holds: the products are exact.

Array = NDArray[np.float32]
Arrays = Mapping[str, Array]
Normal = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Mean and standard deviation of each channel."""


def round_weights(
    kernels: Arrays, biases: Arrays, outputs: Mapping[str, Normal]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Round the kernels, and take what that adds to each output on average out of the biases.

    Rounding errors of one output channel do not cancel, since inputs after a ReLU are never negative; the shift that
    remains is the largest part of the damage. It is known without any image: what goes into a convolution is what
    comes out of the one before, whose mean and deviation over ImageNet batch normalisation recorded (Nagel et al.,
    "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019, section 4.2).

    Args:
        kernels: by convolution, in Keras' order of axes.
        biases: by convolution.
        outputs: by convolution, what comes out of it, before ReLU6.

    Returns:
        Kernels and biases.
    """
    inputs = expect_inputs(outputs)
    rounded_kernels, corrected_biases = {}, {}
    for step in STEPS:
        convolution = step.convolution
        kernel, bias = kernels[convolution.name], biases[convolution.name]
        rounded = round_kernel(kernel, convolution)
        error = rounded.astype(np.float64).sum((0, 1)) - kernel.astype(np.float64).sum((0, 1))
        expected = inputs[convolution.name]
        shift = error[:, 0] * expected if convolution.depthwise else expected @ error
        rounded_kernels[convolution.name] = rounded
        corrected_biases[convolution.name] = (bias - shift).astype(np.float32)
    return rounded_kernels, corrected_biases


def round_kernel(kernel: Array, convolution: Convolution) -> Array:
    """Round a kernel to half precision or, where it is large, to whole numbers times a scale an output channel.

    The whole numbers go from -127 to 127, as in Jacob et al. (CVPR 2018), section 3, without a zero point.
    """
    if not convolution.is_large:
        return kernel.astype(np.float16).astype(np.float32)
    largest = np.abs(kernel).max(axis=(0, 1, 2), keepdims=True).astype(np.float64)
    scales = _shorten(np.where(largest > 0, largest / LARGEST, 1))
    numbers = np.clip(np.rint(kernel / scales), -LARGEST, LARGEST)
    return numbers.astype(np.float32) * scales.astype(np.float32)


def expect_inputs(outputs: Mapping[str, Normal]) -> dict[str, NDArray[np.float64]]:
    """Return the mean of each input channel of every convolution, from the outputs of those before it."""
    inputs = {}
    current = entrance = np.zeros(STEPS[0].convolution.input_channels)  # Scaled pixels, about.
    for step in STEPS:
        entrance = current if step.begins_block else entrance
        inputs[step.convolution.name] = current
        mean, deviation = outputs[step.convolution.name]
        current = mean_of_relu6(mean, deviation) if step.convolution.activated else mean
        if step.has_shortcut:
            current = current + entrance
    return inputs


def mean_of_relu6(mean: NDArray[np.float64], deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of min(max(x, 0), 6) for normally distributed x."""
    deviation = np.maximum(deviation, np.finfo(np.float32).tiny)
    low, high = -mean / deviation, (6 - mean) / deviation
    density_low, density_high = (np.exp(-(limit**2) / 2) / np.sqrt(2 * np.pi) for limit in (low, high))
    between, above = ndtr(high) - ndtr(low), ndtr(-high)
    expected: NDArray[np.float64] = mean * between + deviation * (density_low - density_high) + 6 * above
    return expected


def _shorten(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the significant bits that a scale may have."""
    mantissas, exponents = np.frexp(values)
    shortened: NDArray[np.float64] = np.ldexp(np.rint(mantissas * 2**_SCALE_BITS) / 2**_SCALE_BITS, exponents)
    return shortened
