"""Where a function of one number passes zero, by halving: importing `scipy.optimize` takes a third of a second."""

from collections.abc import Callable

HALVINGS = 60
"""After which an interval of length 1 is shorter than the spacing of floats near 1."""


def find(function: Callable[[float], float], low: float, high: float) -> float:
    """Return a point between two at which the function is 0 or changes its sign.

    Raises:
        ValueError: It has the same sign at both ends.
    """
    first, last = function(low), function(high)
    if first * last > 0:
        raise ValueError(f"The function has the same sign at {low} and at {high}.")
    rises = first < 0 or last > 0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if (function(middle) < 0) == rises else (low, middle)
    return (low + high) / 2
