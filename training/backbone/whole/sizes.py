"""How large the network in whole numbers is, told before it is written."""

from training.backbone.architecture import CutKey, find_cut, steps_of

_BESIDE = 17
"""Bytes an output channel: the bias, the scales and zero points of both."""
_OPERATORS = 800
"""Bytes a convolution: its operators and their names."""


def megabytes(key: CutKey) -> float:
    """Return the size of the backbone up to a cut as it is published, in MB (10^6 bytes)."""
    found = 0
    for step in steps_of([find_cut(key)]):
        one = step.convolution
        within = one.weights + _BESIDE * one.output_channels
        found += _OPERATORS + (within if step.block > 1 else 4 * one.parameters)
    return found / 1e6
