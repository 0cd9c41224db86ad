"""What the backbone has to compute for an image, told before it is written."""

from collections.abc import Sequence

from training.backbone.architecture import CutKey, find_cut, steps_of

_WHOLE = 0.5
"""What a multiplication of whole numbers counts: it takes 0.7 of the time of one of floats, and with VNNI less."""


def count_work(cuts: Sequence[CutKey], size: int, whole: bool = False) -> float:
    """Return the millions of multiplications for a picture of `size` pixels a side, as deep as some cuts need it.

    With `whole`, those behind the first block are of whole numbers.
    """
    found = 0.0
    for step in steps_of([find_cut(key) for key in cuts]):
        size = -(-size // step.convolution.stride)
        found += step.convolution.weights * size**2 * (_WHOLE if whole and step.block > 1 else 1.0)
    return found / 1e6
