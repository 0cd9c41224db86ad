"""How numbers are written for people."""

from typing import Any

ABSENT = "–"
"""What stands for a number that there is none of."""


def percent(probability: float) -> str:
    """Return a probability in whole percent, which from a few dozen images is never 0 and never 100."""
    if probability > 0.99:
        return ">99 %"
    return "<1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def share(value: Any, digits: int = 0) -> str:
    """Return a share as percent, and a dash for what is no number."""
    return f"{100 * value:.{digits}f} %" if isinstance(value, int | float) else ABSENT


def decimal(value: Any, digits: int = 3) -> str:
    """Return a number with so many digits after the point, and a dash for what is none."""
    return f"{value:.{digits}f}" if isinstance(value, int | float) else ABSENT


def of_hundred(share: float) -> int:
    """Return a share as a count of a hundred, which is never none and never all."""
    return count_of(share, 100)


def count_of(share: float, whole: int) -> int:
    """Return a share as a count of the `whole`, which is never none and never all."""
    return min(whole - 1, max(1, round(whole * share)))


def between(section: object) -> str:
    """Return the two ends of an interval, and a dash where it has none."""
    ends = [getattr(section, key, None) for key in ("low", "high")]
    return " to ".join(map(decimal, ends)) if all(isinstance(end, int | float) for end in ends) else ABSENT
