"""The range of every map, from what batch normalisation recorded of ImageNet: no picture is needed, of nobody's data.

What comes out of a convolution is taken as normal, and its range as `WIDTH` standard deviations to each side of the
mean, over all channels (Nagel et al., ICCV 2019, section 5). Where a shortcut is added, variances add up too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import STEPS, Step
from training.backbone.weights import Weights

WIDTH = 3.0
"""At least, as scales are rounded up. With six, and with the extremes over photographs, features move further."""
LEVELS = 255
RELU6 = 6.0
RELU6_SCALE = 3 * 2.0**-7
"""Of a map that reaches 6: 255 levels end at 5.98, so that ReLU6 is the range itself and takes no operator."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """How a map is rounded to 0 to 255: a value is the number less `zero`, times `scale`.

    `zero` is even: ONNX Runtime adds it before it rounds a sum of two maps, and after elsewhere, and what lies in the
    middle between two numbers is rounded to the even one.
    """

    scale: float
    zero: int


def sum_of(step: Step) -> str:
    """Return the name of the map after a shortcut is added."""
    return f"{step.name}_add"


def measure(weights: Weights) -> dict[str, Levels]:
    """Return how what each convolution and each shortcut gives is rounded, by its name in `training.backbone.graph`."""
    found: dict[str, Levels] = {}
    mean, deviation = entrance = np.zeros(1), np.zeros(1)
    for step in STEPS:
        convolution = step.convolution
        entrance = (mean, deviation) if step.begins_block else entrance
        mean, deviation = weights.outputs[convolution.name]
        if convolution.activated:
            found[f"{convolution.name}_relu6"] = _from_zero(float((mean + WIDTH * deviation).max()))
            continue
        found[convolution.name] = _around(mean, deviation)
        if step.has_shortcut:
            mean, deviation = mean + entrance[0], np.hypot(deviation, entrance[1])
            found[sum_of(step)] = _around(mean, deviation)
    return found


def round_up(value: float) -> float:
    """Return the least power of two that is not below a value."""
    return float(2.0 ** np.ceil(np.log2(value)))


def _from_zero(high: float) -> Levels:
    scale = round_up(max(high, 1e-6) / LEVELS)
    return Levels(min(scale, RELU6_SCALE) if scale * LEVELS > RELU6 else scale, 0)


def _around(mean: Floats, deviation: Floats) -> Levels:
    low, high = float((mean - WIDTH * deviation).min()), float((mean + WIDTH * deviation).max())
    width = (high - low) / LEVELS
    return Levels(round_up(width), 2 * round(-low / width / 2))
