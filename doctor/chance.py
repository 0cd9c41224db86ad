"""What guessing costs: the loss and accuracy of a model that knows only how common each class is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from doctor.context import Context


@dataclass(frozen=True)
class Chance:
    """Cross-entropy (nats) and accuracy of answering the class frequencies, for training and validation."""

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


def chance(context: Context) -> Chance:
    """Return the cost of guessing; two equally common classes where class counts are not known."""
    loss, accuracy = _guess(context.class_counts_train or context.class_counts_val)
    if context.class_counts_val is None:
        return Chance(loss, accuracy, loss, accuracy)
    val_loss, val_accuracy = _guess(context.class_counts_val)
    return Chance(loss, accuracy, val_loss, val_accuracy)


def _guess(counts: tuple[int, ...] | None) -> tuple[float, float]:
    if counts is None or sum(counts) == 0:
        return math.log(2.0), 0.5
    shares = [count / sum(counts) for count in counts]
    entropy = -sum(share * math.log(share) for share in shares if share > 0)
    # One class only: guessing costs nothing, and a ratio to nothing says nothing.
    return max(entropy, 0.02), max(shares)


def entropy_of_error(accuracy: float) -> float:
    """Return the loss of a model that is right with probability `accuracy` and knows it, in nats."""
    if not math.isfinite(accuracy):
        return math.nan
    share = min(max(accuracy, 1e-3), 1.0 - 1e-3)
    return -share * math.log(share) - (1 - share) * math.log(1 - share)
