"""Curves written by hand, each with the one thing it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LOG2 = float(np.log(2))
CONTEXT: dict[str, Any] = {
    "n_train": 160,
    "n_val": 40,
    "class_counts_train": [80, 80],
    "class_counts_val": [20, 20],
    "batch_size": 16,
    "learning_rate": 1e-3,
    "optimizer": "adam",
    "parameters": 600,
}


def noisy(values: NDArray[np.float64], size: float, seed: int = 0) -> list[float]:
    """Return values with independent noise of the given standard deviation."""
    return list(map(float, values + np.random.default_rng(seed).normal(0, size, len(values))))


def falling(epochs: int, end: float, pace: float = 5.0) -> NDArray[np.float64]:
    """Return a loss that falls from guessing towards `end` and flattens."""
    loss: NDArray[np.float64] = end + (LOG2 - end) * np.exp(-pace * np.arange(epochs) / epochs)
    return loss


def accuracy_of(loss: NDArray[np.float64]) -> list[float]:
    """Return a plausible accuracy for a loss."""
    return list(map(float, np.clip(1 - loss / (2 * LOG2), 0, 1)))


def healthy(epochs: int = 40) -> dict[str, list[float]]:
    """Both losses fall and flatten together."""
    loss, val_loss = falling(epochs, 0.04, 6), falling(epochs, 0.05, 6)
    return {
        "loss": noisy(loss, 0.003),
        "accuracy": accuracy_of(loss),
        "val_loss": noisy(val_loss, 0.003, 1),
        "val_accuracy": accuracy_of(val_loss),
    }


def overfitting(epochs: int = 60) -> dict[str, list[float]]:
    """Training loss goes to nothing while validation loss turns and climbs."""
    loss = falling(epochs, 0.0005, 9)
    val_loss = falling(epochs, 0.42, 12) + 0.9 * np.linspace(0, 1, epochs) ** 1.2
    val_accuracy = np.clip(0.5 + 0.3 * (1 - np.exp(-9 * np.arange(epochs) / epochs)), 0, 0.8)
    return {
        "loss": loss.tolist(),
        "accuracy": np.clip(1.02 - loss, 0.5, 1).tolist(),
        "val_loss": noisy(val_loss, 0.004),
        "val_accuracy": (np.round(val_accuracy * 40) / 40).tolist(),
    }


def exploding() -> dict[str, list[float | None]]:
    """The loss grows and stops being a number."""
    loss: list[float | None] = [0.7, 2.0, 30.0, 900.0, 1e6, None, None, None]
    return {"loss": loss, "accuracy": [0.5] * 8, "val_loss": loss, "val_accuracy": [0.5] * 8}


def flat(epochs: int = 30) -> dict[str, list[float]]:
    """Nothing moves from the loss of guessing."""
    return {
        "loss": noisy(np.full(epochs, LOG2 + 0.0005), 0.0004),
        "accuracy": noisy(np.full(epochs, 0.5), 0.01),
        "val_loss": noisy(np.full(epochs, LOG2), 0.00005, 1),
        "val_accuracy": [0.5] * epochs,
    }


def stale(epochs: int = 30) -> dict[str, list[float]]:
    """Training learns; validation is measured on something that does not."""
    loss = falling(epochs, 0.05, 5)
    return {
        "loss": noisy(loss, 0.004),
        "accuracy": accuracy_of(loss),
        "val_loss": [0.7123] * epochs,
        "val_accuracy": [0.475] * epochs,
    }


def saturated(epochs: int = 20) -> dict[str, list[float]]:
    """Every output is 1 for sure; each epoch sees other rows, so training loss is 15.942 times its errors."""
    errors = np.random.default_rng(3).binomial(27, 0.5, epochs) / 27
    return {
        "loss": (15.942 * errors).tolist(),
        "accuracy": (1 - errors).tolist(),
        "val_loss": [7.76] * epochs,
        "val_accuracy": [0.5] * epochs,
    }


def undertrained(epochs: int = 30) -> dict[str, list[float]]:
    """A straight, slow fall that has hardly begun."""
    loss = np.linspace(0.74, 0.56, epochs)
    return {
        "loss": noisy(loss, 0.001),
        "accuracy": np.linspace(0.5, 0.78, epochs).tolist(),
        "val_loss": noisy(loss - 0.004, 0.001, 1),
        "val_accuracy": np.linspace(0.5, 0.8, epochs).tolist(),
    }


def swinging(epochs: int = 30) -> dict[str, list[float]]:
    """Training loss jumps about above guessing."""
    rng = np.random.default_rng(5)
    return {
        "loss": (0.9 + np.abs(rng.normal(0, 0.6, epochs))).tolist(),
        "accuracy": noisy(np.full(epochs, 0.5), 0.04),
        "val_loss": (0.8 + np.abs(rng.normal(0, 0.7, epochs))).tolist(),
        "val_accuracy": [0.5] * epochs,
    }


def collapsed(epochs: int = 30) -> dict[str, list[float]]:
    """Ninety-five of a hundred images are of one class, and that class is all the model answers."""
    loss = np.linspace(0.5, 0.21, epochs)
    return {
        "loss": noisy(loss, 0.002),
        "accuracy": [0.95] * epochs,
        "val_loss": noisy(loss, 0.002, 1),
        "val_accuracy": [0.95] * epochs,
    }
