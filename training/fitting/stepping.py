"""Steps of gradient descent in numpy, the same as Keras' optimizers take; a test holds the two together."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from training.fitting.optimizing import Optimizing

Floats = NDArray[np.float32]
Step = Callable[[Sequence[Floats]], None]
"""Takes the gradients of the variables, and changes these in place."""

FIRST_MEMORY, SECOND_MEMORY, SMALLEST = 0.9, 0.999, 1e-7
"""Adam's, as Keras has them."""


def prepare(optimizing: Optimizing, variables: Sequence[Floats]) -> Step:
    """Return what takes one step after the other; the rate falls along half a cosine over all of them."""
    return (_adam if optimizing.optimizer == "adam" else _sgd)(optimizing, variables)


def _rate(optimizing: Optimizing, step: int) -> float:
    along = step / (optimizing.epochs * optimizing.steps)
    return float(optimizing.learning_rate * 0.5 * (1 + np.cos(np.pi * min(along, 1.0))))


def _sgd(optimizing: Optimizing, variables: Sequence[Floats]) -> Step:
    """Momentum as Sutskever et al. (2013, section 2) write Nesterov's."""
    momentum, taken = optimizing.momentum, 0
    speeds = [np.zeros_like(variable) for variable in variables]

    def step(gradients: Sequence[Floats]) -> None:
        nonlocal taken
        rate = _rate(optimizing, taken)
        taken += 1
        for variable, speed, gradient in zip(variables, speeds, gradients, strict=True):
            speed *= momentum
            speed -= rate * gradient
            variable += momentum * speed - rate * gradient

    return step


def _adam(optimizing: Optimizing, variables: Sequence[Floats]) -> Step:
    """Kingma and Ba (2015), with both corrections for the start in the rate."""
    taken = 0
    memories = [(np.zeros_like(variable), np.zeros_like(variable)) for variable in variables]

    def step(gradients: Sequence[Floats]) -> None:
        nonlocal taken
        rate = _rate(optimizing, taken)
        taken += 1
        rate *= float(np.sqrt(1 - SECOND_MEMORY**taken) / (1 - FIRST_MEMORY**taken))
        for variable, (first, second), gradient in zip(variables, memories, gradients, strict=True):
            first += (gradient - first) * (1 - FIRST_MEMORY)
            second += (gradient * gradient - second) * (1 - SECOND_MEMORY)
            variable -= rate * first / (np.sqrt(second) + SMALLEST)

    return step
