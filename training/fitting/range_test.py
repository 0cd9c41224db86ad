"""The learning-rate range test: let the rate grow from tiny to huge, and see where the loss falls and where it bursts.

Smith, "Cyclical Learning Rates for Training Neural Networks" (WACV 2017). The rate grows by a constant factor each
step. A good rate is where the smoothed loss falls fastest, and well below the rate at which it diverges.
"""

from dataclasses import dataclass, replace

import keras
import numpy as np
from numpy.typing import NDArray

from training.fitting.recipe import Data, Recipe, steps_per_epoch
from training.fitting.trainer import Rows, Trainer

LOWEST, HIGHEST = 1e-6, 1.0
STEPS = 120
SMOOTHING = 0.9
"""Share of the past in the running mean of the loss."""
DIVERGED = 2.0
"""The loss has diverged when its running mean is this many times the least so far."""
SAFETY = 0.1
"""The suggestion is at most this share of the rate at which the loss diverged."""


@dataclass(frozen=True)
class RangeTest:
    """The course of the loss, and what follows from it.

    Attributes:
        rates: The learning rate of each step until the loss diverged, float64 `[steps]`.
        losses: The running mean of the loss at each of them, float64 `[steps]`.
        suggested: The learning rate to use; None where the loss fell nowhere.
        diverged: The rate at which the loss diverged; None where it did not.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    suggested: float | None
    diverged: float | None


def run(network: keras.Model, data: Data, recipe: Recipe, rows: Rows, seed: int) -> RangeTest:
    """Train a network, as built, for `STEPS` steps at growing rates; its weights are put back afterwards.

    Args:
        network: As for `training.fitting.trainer.Trainer`.
        data: What is learned from.
        recipe: Its optimizer, batch size and rate factors hold; its learning rate does not.
        rows: Rows to learn from.
        seed: Of the order of the images.
    """
    growth = HIGHEST / LOWEST

    def schedule(factor: float) -> keras.optimizers.schedules.LearningRateSchedule:
        return keras.optimizers.schedules.ExponentialDecay(LOWEST * factor, STEPS - 1, growth)

    trainer = Trainer(network, data, replace(recipe, schedule=schedule))
    trainer.reset()
    epochs = -(-STEPS // steps_per_epoch(recipe.optimizing, len(rows)))
    steps = np.concatenate([trainer.run_epoch(rows, seed, epoch) for epoch in range(epochs)])[:STEPS]
    trainer.reset()
    losses = steps[:, 0] / steps[:, 2] + steps[:, 3]
    return judge(np.geomspace(LOWEST, HIGHEST, STEPS), losses.astype(np.float64))


def judge(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> RangeTest:
    """Return what the losses of single steps, `[steps]`, at growing rates say."""
    means = _smooth(losses)
    burst = np.flatnonzero(~np.isfinite(means) | (means > DIVERGED * np.fmin.accumulate(means)))
    end = int(burst[0]) if len(burst) else len(means)
    diverged = float(rates[end]) if end < len(means) else None
    rates, means = rates[:end], means[:end]
    if len(means) < 2 or means.argmin() == 0:
        return RangeTest(rates, means, None, diverged)
    slopes = np.gradient(means, np.log(rates))
    steepest = float(rates[: means.argmin() + 1][slopes[: means.argmin() + 1].argmin()])
    suggested = steepest if diverged is None else min(steepest, SAFETY * diverged)
    return RangeTest(rates, means, suggested, diverged)


def _smooth(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the running mean, corrected for its start at zero (Kingma and Ba 2015)."""
    mean, means = 0.0, []
    for step, loss in enumerate(losses, start=1):
        mean = SMOOTHING * mean + (1 - SMOOTHING) * float(loss)
        means.append(mean / (1 - SMOOTHING**step))
    return np.array(means)
