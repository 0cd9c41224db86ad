"""What is known of a training run besides its curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from doctor.errors import HistoryError

OPTIMIZERS = ("adam", "rmsprop", "sgd", "sgd_momentum")
"""Optimizers the classifier has seen; any other name is accepted and treated as unknown."""


@dataclass(frozen=True)
class Context:
    """Facts about a run; every one is optional and sharpens the diagnosis.

    Attributes:
        n_train: Number of training images.
        n_val: Number of validation images.
        class_counts_train: Training images per class, class 0 first.
        class_counts_val: Validation images per class, class 0 first.
        batch_size: Images per gradient step.
        learning_rate: Learning rate at the start.
        optimizer: Name in small letters, such as `adam` or `sgd_momentum`.
        parameters: Number of trainable weights.
        prediction_counts: Validation images for which each class was answered, after training.
        validation_probabilities: Probability of class 1 for each validation image, after training.
    """

    n_train: int | None = None
    n_val: int | None = None
    class_counts_train: tuple[int, ...] | None = None
    class_counts_val: tuple[int, ...] | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    optimizer: str | None = None
    parameters: int | None = None
    prediction_counts: tuple[int, ...] | None = None
    validation_probabilities: tuple[float, ...] | None = None

    @classmethod
    def of(cls, given: Context | Mapping[str, Any] | None) -> Context:
        """Check `given` and fill in what follows from it (image numbers from class counts).

        Raises:
            HistoryError: A key is not known or a value is not of its kind.
        """
        if given is None:
            return cls()
        if isinstance(given, Context):
            given = {field.name: getattr(given, field.name) for field in fields(given)}
        if not isinstance(given, Mapping):
            raise HistoryError(f"The context is a {type(given).__name__}; expected a mapping of names to values.")
        unknown = sorted(str(key) for key in given if key not in _CHECKS)
        if unknown:
            raise HistoryError(
                f"The context has unknown entries: {', '.join(unknown[:10])}. Known are: {', '.join(_CHECKS)}."
            )
        checked = {name: _checked(name, value) for name, value in given.items() if value is not None}
        for number, counts in (("n_train", "class_counts_train"), ("n_val", "class_counts_val")):
            if number not in checked and counts in checked:
                checked[number] = sum(checked[counts])
        return cls(**checked)


def _checked(name: str, value: Any) -> Any:
    try:
        return _CHECKS[name](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise HistoryError(f"The context entry {name!r} cannot be used: {error}.") from None


def _count(value: Any) -> int:
    if isinstance(value, (str, bytes)) or not math.isfinite(value) or value < 0 or int(value) != value:
        raise ValueError(f"expected a whole number of at least 0, found {value!r:.60}")
    return int(value)


def _counts(value: Any) -> tuple[int, ...]:
    counts = tuple(_count(item) for item in value)
    if len(counts) < 2:
        raise ValueError(f"expected one count for each of at least two classes, found {len(counts)}")
    return counts


def _positive(value: Any) -> float:
    if isinstance(value, (str, bytes)) or not math.isfinite(value) or value < 0:
        raise ValueError(f"expected a finite number of at least 0, found {value!r:.60}")
    return float(value)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a name, found {value!r:.60}")
    return value.lower()


def _probabilities(value: Any) -> tuple[float, ...]:
    numbers = np.asarray(value, dtype=float).ravel()
    if not bool(np.all((numbers >= 0) & (numbers <= 1))):
        raise ValueError("expected probabilities between 0 and 1")
    return tuple(numbers.tolist())


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "n_train": _count,
    "n_val": _count,
    "class_counts_train": _counts,
    "class_counts_val": _counts,
    "batch_size": _count,
    "learning_rate": _positive,
    "optimizer": _name,
    "parameters": _count,
    "prediction_counts": _counts,
    "validation_probabilities": _probabilities,
}
