"""The small dense head: L2-regularised logistic regression on frozen features, trained many at once.

One dense layer holds a unit for each fold. Units share no weights, and the optimizer works on each weight alone, so
each unit trains as if it were by itself, and a whole cross-validation is one run of a few hundred matrix products.
Every unit has its own curve of training and validation loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from training.errors import DivergedError
from training.fitting import inputs, stepping
from training.fitting.inputs import Inputs
from training.fitting.one_thread import one_thread_for
from training.fitting.optimizing import Optimizing
from training.fitting.views import Features

Floats = NDArray[np.float32]

HISTORY_KEYS = ("loss", "accuracy", "val_loss", "val_accuracy")


@dataclass(frozen=True)
class Unit:
    """What one unit of the layer is to learn from: its rows, the rows that only watch, and its regularisation.

    Attributes:
        train: Rows to fit on.
        validation: Rows to follow the loss on; may be empty.
        l2: Factor of the squared length of the weights in the mean loss, as in `keras.regularizers.L2`.
        scales: Factor of each view's features, by which the unit sees more of one and less of another.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    l2: float
    scales: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class Heads:
    """Trained units.

    Attributes:
        weights: For each view, float32 `[d, units]`, for features as they were given.
        bias: float32 `[units]`.
        curves: By Keras' names (`loss`, `val_loss`, ...), float32 `[epochs, units]`; NaN where nothing was watched.
    """

    weights: tuple[Floats, ...]
    bias: Floats
    curves: dict[str, Floats] = field(default_factory=dict)

    def logits(self, views: Sequence[Features]) -> Floats:
        """Return the score of each row for each unit, float32 `[n, units]`."""
        with one_thread_for(len(views[0])):
            parts = [view @ weights for view, weights in zip(views, self.weights, strict=True)]
        return np.asarray(np.sum(parts, axis=0) + self.bias, dtype=np.float32)

    def history(self, unit: int) -> dict[str, list[float]]:
        """Return one unit's curves as Keras' `History.history` has them, less those that were not watched."""
        columns = {key: self.curves[key][:, unit] for key in HISTORY_KEYS}
        return {
            key: [float(value) for value in column] for key, column in columns.items() if not np.isnan(column).all()
        }


def fit(
    views: Sequence[Features],
    labels: NDArray[np.int64],
    units: Sequence[Unit],
    optimizing: Optimizing,
    sample_weights: Floats | None = None,
) -> Heads:
    """Train one linear unit for each entry of `units` by gradient descent on all its rows at once.

    Args:
        views: One or more matrices of features of the same images, `[n, d]`; a unit's `scales` should bring
            them to unit mean squared length together.
        labels: 0 or 1, `[n]`.
        units: What each unit learns from.
        optimizing: Optimizer, learning rate, momentum, epochs and steps in each.
        sample_weights: Weight of each row in the loss, `[n]`; 1 by default.

    Raises:
        DivergedError: The weights became infinite: the learning rate is too high.
    """
    rows = np.ones(len(labels), np.float32) if sample_weights is None else sample_weights
    with one_thread_for(len(labels)):
        return _descend(views, labels, units, optimizing, rows)


def _descend(
    views: Sequence[Features], labels: NDArray[np.int64], units: Sequence[Unit], optimizing: Optimizing, rows: Floats
) -> Heads:
    joined = inputs.join(views)
    scales = np.repeat(np.array([unit.scales for unit in units], np.float32).T, joined.widths, axis=0)
    descent = _Descent(joined, scales, labels, units, rows)
    logged = descent.run(optimizing)
    logged[:, 2:, [len(unit.validation) == 0 for unit in units]] = np.nan
    kernel, bias = descent.kernel, descent.bias
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise DivergedError(
            f"The head's weights became infinite at a learning rate of {optimizing.learning_rate}. Use a lower "
            "--learning-rate, or leave it out."
        )
    weights, offset = joined.weigh(kernel * scales)
    curves = {key: logged[:, position] for position, key in enumerate(HISTORY_KEYS)}
    return Heads(weights, (bias - offset).astype(np.float32), curves)


class _Descent:
    """One run of gradient descent over all units, from zero weights."""

    def __init__(
        self, joined: Inputs, scales: Floats, labels: NDArray[np.int64], units: Sequence[Unit], sample_weights: Floats
    ) -> None:
        self.kernel = np.zeros((len(scales), len(units)), np.float32)
        self.bias = np.zeros(len(units), np.float32)
        self._inputs, self._scales = joined, scales
        self._targets = labels[:, None].astype(np.float32)
        self._l2 = np.array([unit.l2 for unit in units], np.float32)
        self._fitted = _shares([unit.train for unit in units], sample_weights)
        self._watched = _shares([unit.validation for unit in units], np.ones_like(sample_weights))

    def run(self, optimizing: Optimizing) -> Floats:
        """Descend, and return the curves, float32 `[epochs, 4, units]`, in the order of `HISTORY_KEYS`."""
        logged = np.zeros((optimizing.epochs, 4, len(self._l2)), np.float32)
        step = stepping.prepare(optimizing, [self.kernel, self.bias])
        logits = self._score()
        seen = np.empty((optimizing.steps, *logits.shape), np.float32)
        penalties = np.empty((optimizing.steps, len(self._l2)), np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # where the rate is too high; the weights tell
            for epoch in range(optimizing.epochs):
                for number in range(optimizing.steps):
                    seen[number], penalties[number] = logits, self._penalise()
                    step(self._slope(logits))
                    logits = self._score()
                logged[epoch, :2] = self._measure(seen, penalties, self._fitted).mean(axis=1)
                logged[epoch, 2:] = self._measure(logits[None], self._penalise()[None], self._watched)[:, 0]
        return logged

    def _score(self) -> Floats:
        return np.asarray(self._inputs.score(self.kernel * self._scales) + self.bias)

    def _penalise(self) -> Floats:
        """Return what each unit's weights add to its loss, `[units]`."""
        return np.asarray(self._l2 * np.einsum("du,du->u", self.kernel, self.kernel))

    def _measure(self, logits: Floats, penalties: Floats, shares: Floats) -> Floats:
        """Return the regularised loss and the accuracy over some rows, `[2, steps, units]`.

        Args:
            logits: Of several steps, since one by one NumPy's calls take longer than their work, `[steps, n, units]`.
            penalties: Of each, `[steps, units]`.
            shares: Of each row, `[n, units]`.
        """
        costs = np.maximum(logits, 0) - logits * self._targets + np.log1p(np.exp(-np.abs(logits)))
        right = (logits > 0) == (self._targets > 0.5)
        losses = np.einsum("nu,snu->su", shares, costs) + penalties
        return np.stack([losses, np.einsum("nu,snu->su", shares, right)])

    def _slope(self, logits: Floats) -> tuple[Floats, Floats]:
        """Return the gradient of the sum of all units' losses, for the weights and for the biases."""
        errors = self._fitted * (expit(logits) - self._targets)
        return self._scales * self._inputs.gather(errors) + 2 * self._l2 * self.kernel, errors.sum(axis=0)


def _shares(rows: Sequence[NDArray[np.int64]], sample_weights: Floats) -> Floats:
    """Return each row's share of each unit's mean, `[n, units]`; a column sums to 1 where it has rows."""
    shares = np.zeros((len(sample_weights), len(rows)), np.float32)
    for unit, chosen in enumerate(rows):
        if len(chosen):
            shares[chosen, unit] = sample_weights[chosen] / sample_weights[chosen].sum()
    return shares
