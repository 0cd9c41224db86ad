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


OTHER_TASKS = ("regression", "autoencoder", "language", "segmentation", "other")
"""Tasks whose loss has no cost of guessing that follows from the number of classes."""
TASKS = ("binary", "classes", *OTHER_TASKS)


@dataclass(frozen=True)
class Context:
    """Facts about a run; every one is optional and sharpens the diagnosis.

    Attributes:
        n_train: Number of training examples.
        n_val: Number of validation examples.
        class_counts_train: Training examples per class, class 0 first.
        class_counts_val: Validation examples per class, class 0 first.
        batch_size: Examples per gradient step.
        learning_rate: Learning rate at the start.
        optimizer: Name in small letters, such as `adam` or `sgd_momentum`.
        parameters: Number of trainable weights.
        prediction_counts: Validation examples for which each class was answered, after training.
        validation_probabilities: Probability of class 1 for each validation example, after training.
        classes: Number of classes that the loss is a cross-entropy of.
        task: What is learned; one of `TASKS`.
        examples: What one example is called, such as `images`.
        from_logits: Whether the loss is known to be computed on logits, and not on probabilities.
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
    classes: int | None = None
    task: str | None = None
    examples: str | None = None
    from_logits: bool | None = None

    @classmethod
    def of(cls, given: Context | Mapping[str, Any] | None) -> Context:
        """Check `given` and fill in what follows from it (numbers of examples from class counts).

        Raises:
            HistoryError: A key is not known or a value is not of its kind.
        """
        if given is None:
            return cls()
        if isinstance(given, Context):
            given = {field.name: getattr(given, field.name) for field in fields(given)}
        if not isinstance(given, Mapping):
            raise HistoryError(f"The context is a {type(given).__name__}; expected a mapping of names to values.")
        unknown = sorted(str(key) for key in given if key not in FACTS)
        if unknown:
            raise HistoryError(
                f"The context has unknown entries: {', '.join(unknown[:10])}. Known are: {', '.join(FACTS)}."
            )
        checked = {name: _checked(name, value) for name, value in given.items() if value is not None}
        for number, counts in (("n_train", "class_counts_train"), ("n_val", "class_counts_val")):
            if number not in checked and counts in checked:
                checked[number] = sum(checked[counts])
        return cls(**checked)


def _checked(name: str, value: Any) -> Any:
    try:
        return FACTS[name].check(value)
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


def _classes(value: Any) -> int:
    if _count(value) < 2:
        raise ValueError(f"expected at least two classes, found {value!r:.60}")
    return int(value)


def _task(value: Any) -> str:
    if value not in TASKS:
        raise ValueError(f"expected one of {', '.join(TASKS)}, found {value!r:.60}")
    return str(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected True or False, found {value!r:.60}")
    return value


@dataclass(frozen=True)
class Fact:
    """One fact about a run: everything that is said and asked of it.

    Attributes:
        check: Turns a given value into the stored one, or raises ValueError, TypeError or OverflowError.
        missing: What to say where a check needs it and it is not known.
        help: Help text of its command-line option; None where it has no option.
        kind: Type of the option's value.
        several: Whether the option takes one value for each class.
    """

    check: Callable[[Any], Any]
    missing: str
    help: str | None = None
    kind: type = int
    several: bool = False


FACTS: dict[str, Fact] = {
    "n_train": Fact(_count, "the number of training examples is not known", "number of training examples"),
    "n_val": Fact(_count, "the number of validation examples is not known", "number of validation examples"),
    "batch_size": Fact(_count, "the batch size is not known", "examples in one gradient step"),
    "learning_rate": Fact(_positive, "the learning rate is not known", "learning rate at the start", float),
    "optimizer": Fact(_name, "the optimizer is not known", "name of the optimizer, such as adam", str),
    "parameters": Fact(_count, "the number of trainable weights is not known", "number of trainable weights"),
    "class_counts_train": Fact(
        _counts,
        "the number of training examples per class is not known",
        "training examples of each class, class 0 first",
        several=True,
    ),
    "class_counts_val": Fact(
        _counts,
        "the number of validation examples per class is not known",
        "validation examples of each class, class 0 first",
        several=True,
    ),
    "classes": Fact(_classes, "the number of classes is not known", "number of classes, if the loss is of classes"),
    "task": Fact(_task, "what is learned is not known", f"what is learned: {', '.join(TASKS)}", str),
    "examples": Fact(_name, "what an example is is not known", "what examples are called, such as images", str),
    "prediction_counts": Fact(_counts, "the predictions are not known"),
    "from_logits": Fact(_yes_or_no, "whether the loss is computed on logits is not known"),
    "validation_probabilities": Fact(_probabilities, "the predicted probabilities are not known"),
}
"""Name of the fact -> its row; a test holds the names to the attributes of `Context`."""
