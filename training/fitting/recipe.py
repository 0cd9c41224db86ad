"""How a network is trained: the optimizer's settings, the rate of each layer, what is minimised, and on what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.fitting.augmenting import Augment
from training.fitting.optimizing import Optimizing

Objective = Callable[[dict[str, Any], Any, Any], tuple[Any, Any]]
"""From a batch's outputs, images and targets to each image's loss and hit (1 if right), `[b]`."""


def classify(outputs: dict[str, Any], images: Any, targets: Any) -> tuple[Any, Any]:
    """Return the cross-entropy of the network's `logit`, and whether it is on the right side."""
    logits = outputs["logit"]
    losses = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
    return losses, tf.cast((logits > 0) == (targets > 0.5), tf.float32)


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        optimizing: Optimizer, learning rate, epochs and batch size.
        rate_factors: Factor of the learning rate for a layer of the network, by its name; 1 by default, 0 freezes it.
        augment: Varies the images of a training batch; None leaves them as they are.
        objective: What is minimised.
        schedule: Makes the learning rate's course from a factor; None for that of `optimizing`.
    """

    optimizing: Optimizing
    rate_factors: Mapping[str, float] = field(default_factory=dict)
    augment: Augment | None = None
    objective: Objective = classify
    schedule: Callable[[float], Any] | None = None


@dataclass(frozen=True)
class Data:
    """What is learned from.

    Attributes:
        images: The network's input, any type, `[n, ...]`; cast to float32 batch by batch.
        targets: 0 or 1, `[n]`.
        weights: Of each image in the loss, float32 `[n]`, of mean 1.
    """

    images: NDArray[Any]
    targets: NDArray[Any]
    weights: NDArray[np.float32]


def bound(optimizing: Optimizing, images: int, most_steps: int) -> Optimizing:
    """Return the settings with fewer epochs where so many images would take more steps than `most_steps`."""
    steps = steps_per_epoch(optimizing, images)
    return replace(optimizing, epochs=max(1, min(optimizing.epochs, most_steps // steps)))


def steps_per_epoch(optimizing: Optimizing, images: int) -> int:
    """Return how many batches one pass over the images takes."""
    return -(-images // (optimizing.batch_size or images))


def with_batches(optimizing: Optimizing, images: int) -> Optimizing:
    """Return the settings with batches that suit the number of images: 8 for a few dozen, up to 64 for thousands."""
    return replace(optimizing, batch_size=int(np.clip(2 ** round(np.log2(max(images, 1) / 5)), 8, 64)))


def build_optimizer(recipe: Recipe, factor: float, steps: int) -> Any:
    """Return the optimizer of the layers whose rate has this factor."""
    settings = replace(recipe.optimizing, learning_rate=recipe.optimizing.learning_rate * factor)
    optimizer = settings.build(steps)
    if recipe.schedule is not None:
        optimizer.learning_rate = recipe.schedule(factor)
    return optimizer
