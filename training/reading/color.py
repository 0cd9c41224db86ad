"""Whether colour is worth three channels for these images, and what gray is made of."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from training.reading.dataset import Sample
from training.reading.facts import PROPERTIES

_SATURATION = PROPERTIES.index("saturation")
COLORFUL = 0.02
"""Mean saturation, 0 to 1, from which an image counts as coloured; JPEG leaves a little in gray pictures."""
LUMA = np.array([[0.299], [0.587], [0.114]], np.float32)
"""Weights of red, green and blue in gray, `[3, 1]` (ITU-R BT.601)."""


def choose_color(samples: Sequence[Sample]) -> Literal["rgb", "gray"]:
    """Return `gray` where hardly any image has colour, else `rgb`."""
    colorful = sum(float(sample.facts.properties[_SATURATION]) >= COLORFUL for sample in samples)
    return "rgb" if colorful > len(samples) / 20 else "gray"
