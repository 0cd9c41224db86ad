"""How gradient descent is done: optimizer, learning rate and its decay, momentum, epochs."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from training.problem.overrides import OptimizerName, Overrides


@dataclass(frozen=True)
class Optimizing:
    """Settings of one training run.

    Attributes:
        optimizer: `adam` (Kingma and Ba 2015), or `sgd` with Nesterov momentum (Sutskever et al. 2013).
        learning_rate: At the first step; it falls to zero along half a cosine (Loshchilov and Hutter 2017).
        momentum: Of `sgd`, 0 to just under 1.
        epochs: Rows of the history; at the end of each the validation loss is measured.
        batch_size: Images a step; None for all at once.
        steps: Steps an epoch where every step takes all images.
    """

    optimizer: OptimizerName = "adam"
    learning_rate: float = 0.3
    momentum: float = 0.9
    epochs: int = 60
    batch_size: int | None = None
    steps: int = 1

    def override(self, overrides: Overrides) -> "Optimizing":
        """Return these settings with what was asked for in place of their own."""
        asked = {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(overrides, field.name, None)) is not None
        }
        changed = dataclasses.replace(self, **asked)
        return dataclasses.replace(
            changed,
            learning_rate=changed.learning_rate * overrides.learning_rate_factor,
            epochs=max(1, round(changed.epochs * overrides.epochs_factor)),
        )

    def build(self, steps_per_epoch: int = 1) -> Any:
        """Return the Keras optimizer."""
        import keras  # here, since reading the settings must not take the seconds that this import takes

        schedule = keras.optimizers.schedules.CosineDecay(self.learning_rate, self.epochs * steps_per_epoch)
        if self.optimizer == "adam":
            return keras.optimizers.Adam(schedule)
        return keras.optimizers.SGD(schedule, momentum=self.momentum, nesterov=self.momentum > 0)
