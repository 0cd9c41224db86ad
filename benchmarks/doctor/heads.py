"""What a network's last layer answers and what that costs: two classes, more classes, numbers, pixels of a mask.

Each head turns logits [rows, outputs] (of two classes [rows]) and targets into each row's loss in Keras's convention
and its slope with respect to the logits, and counts right answers where there are such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
LEAST, MOST = np.float32(1e-7), np.float32(1.0) - np.float32(1e-7)
"""Keras clips probabilities to these before the logarithm."""


@dataclass(frozen=True)
class Head:
    """`cost(logits, y, clipped)` gives losses [rows] and slopes; `hits(logits, y)` right answers."""

    cost: Callable[[Array, Array, bool], tuple[Array, Array]]
    hits: Callable[[Array, Array], float] | None = None


def binary_cross_entropy(logits: Array, y: Array, clipped: bool) -> tuple[Array, Array]:
    """Return each row's loss and its slope with respect to the logit."""
    probability = sigmoid(logits)
    if not clipped:
        return np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits))), probability - y
    inside = np.clip(probability, LEAST, MOST)
    losses = -(y * np.log(inside) + (1 - y) * np.log(1 - inside))
    return losses, np.where(inside == probability, probability - y, 0).astype(np.float32)


def cross_entropy(logits: Array, y: Array, clipped: bool) -> tuple[Array, Array]:
    """Return each row's loss with `y` as class numbers, and its slope with respect to the logits."""
    rows, classes = np.arange(len(y)), y.astype(np.int64)
    shifted = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    chosen = probabilities[rows, classes]
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, classes]
    slope = probabilities.copy()
    slope[rows, classes] -= 1
    if clipped:
        inside = np.clip(chosen, LEAST, MOST)
        losses, slope = -np.log(inside), np.where((inside == chosen)[:, None], slope, 0)
    return losses.astype(np.float32), slope.astype(np.float32)


def squared_error(logits: Array, y: Array, clipped: bool) -> tuple[Array, Array]:
    """Return each row's mean squared error and its slope."""
    off = logits - y
    return (off * off).mean(axis=1), 2 * off / np.float32(off.shape[1])


def pixel_cross_entropy(logits: Array, y: Array, clipped: bool) -> tuple[Array, Array]:
    """Return each row's mean cross-entropy over the pixels of a mask, and its slope."""
    losses, slope = binary_cross_entropy(logits, y, clipped)
    return losses.mean(axis=1), slope / np.float32(y.shape[1])


def dice(logits: Array, y: Array, clipped: bool) -> tuple[Array, Array]:
    """Return each row's 1 - Dice coefficient (smoothed by 1), and its slope."""
    probability = sigmoid(logits)
    both = 2 * (probability * y).sum(axis=1, keepdims=True) + 1
    all_ = probability.sum(axis=1, keepdims=True) + y.sum(axis=1, keepdims=True) + 1
    slope = -(2 * y * all_ - both) / (all_ * all_) * probability * (1 - probability)
    return (1 - both / all_)[:, 0], slope.astype(np.float32)


def sigmoid(logits: Array) -> Array:
    """Return probabilities without overflow."""
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1 / (1 + small), small / (1 + small)).astype(np.float32)


HEADS = {
    "binary": Head(binary_cross_entropy, lambda logits, y: float(((logits > 0) == (y > 0.5)).sum())),
    "classes": Head(cross_entropy, lambda logits, y: float((logits.argmax(axis=1) == y).sum())),
    "tokens": Head(cross_entropy),  # a language model prints no accuracy
    "numbers": Head(squared_error),
    "pixels": Head(pixel_cross_entropy),
    "dice": Head(dice),
}
