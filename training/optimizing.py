"""How gradient descent is done: optimizer, learning rate and its decay, momentum, epochs."""

from dataclasses import dataclass
from typing import Any, Literal

OptimizerName = Literal["adam", "sgd"]
OPTIMIZERS: tuple[OptimizerName, ...] = ("adam", "sgd")


@dataclass(frozen=True)
class Optimizing:
    """Settings of one training run.

    Attributes:
        optimizer: `adam` (Kingma and Ba 2015), or `sgd` with Nesterov momentum (Sutskever et al. 2013).
        learning_rate: At the first step; it falls to zero along half a cosine (Loshchilov and Hutter 2017).
        momentum: Of `sgd`, 0 to just under 1.
        epochs: Passes over the images.
        batch_size: Images a step; None for all at once.
    """

    optimizer: OptimizerName = "adam"
    learning_rate: float = 0.3
    momentum: float = 0.9
    epochs: int = 300
    batch_size: int | None = None

    def build(self, steps_per_epoch: int = 1) -> Any:
        """Return the Keras optimizer."""
        import keras  # here, since reading the settings must not take the seconds that this import takes

        schedule = keras.optimizers.schedules.CosineDecay(self.learning_rate, self.epochs * steps_per_epoch)
        if self.optimizer == "adam":
            return keras.optimizers.Adam(schedule)
        return keras.optimizers.SGD(schedule, momentum=self.momentum, nesterov=self.momentum > 0)
