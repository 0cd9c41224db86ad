"""The range of every map, from what batch normalisation recorded of ImageNet: no picture is needed, of nobody's data.

What comes out of a convolution is taken as normal, and its range as `WIDTH` standard deviations to each side of the
mean, over all channels (Nagel et al., ICCV 2019, section 5). Where a shortcut is added, variances add up too.
"""

import numpy as np
from numpy.typing import NDArray

from training.backbone.architecture import STEPS, Step
from training.backbone.weights import Weights

WIDTH = 4.0
"""Three do as well; with six, and with the extremes over photographs, features move further."""
Ranges = dict[str, tuple[float, float]]
Floats = NDArray[np.float64]


def sum_of(step: Step) -> str:
    """Return the name of the map after a shortcut is added."""
    return f"{step.name}_add"


def measure(weights: Weights) -> Ranges:
    """Return the range of what each convolution and each shortcut gives, by its name in `training.backbone.graph`."""
    found: Ranges = {}
    mean, deviation = entrance = np.zeros(1), np.zeros(1)
    for step in STEPS:
        convolution = step.convolution
        entrance = (mean, deviation) if step.begins_block else entrance
        mean, deviation = weights.outputs[convolution.name]
        if convolution.activated:
            found[f"{convolution.name}_relu6"] = (0.0, min(6.0, _range(mean, deviation)[1]))
            continue
        found[convolution.name] = _range(mean, deviation)
        if step.has_shortcut:
            mean, deviation = mean + entrance[0], np.hypot(deviation, entrance[1])
            found[sum_of(step)] = _range(mean, deviation)
    return found


def _range(mean: Floats, deviation: Floats) -> tuple[float, float]:
    return float((mean - WIDTH * deviation).min()), float((mean + WIDTH * deviation).max())
