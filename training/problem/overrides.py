"""What is asked of gradient descent, by the user or by a remedy of the doctor."""

from dataclasses import dataclass
from typing import Literal

OptimizerName = Literal["adam", "sgd"]
OPTIMIZERS: tuple[OptimizerName, ...] = ("adam", "sgd")


@dataclass(frozen=True)
class Overrides:
    """What a user or a remedy asks of the optimizer; None leaves a strategy's own value.

    Attributes:
        optimizer: As in `training.fitting.optimizing.Optimizing`.
        learning_rate: As in `training.fitting.optimizing.Optimizing`.
        learning_rate_factor: Multiplies the learning rate, whoever set it.
        momentum: As in `training.fitting.optimizing.Optimizing`.
        epochs: As in `training.fitting.optimizing.Optimizing`.
        epochs_factor: Multiplies the epochs, whoever set them.
        batch_size: As in `training.fitting.optimizing.Optimizing`.
    """

    optimizer: OptimizerName | None = None
    learning_rate: float | None = None
    learning_rate_factor: float = 1.0
    momentum: float | None = None
    epochs: int | None = None
    epochs_factor: float = 1.0
    batch_size: int | None = None
