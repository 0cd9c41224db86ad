"""The small dense head: L2-regularised logistic regression on frozen features, trained by Keras, many at once.

One dense layer holds a unit for each fold. Units share no weights, and the optimizer works on each weight alone, so
each unit trains as if it were by itself, and a whole cross-validation is one run of a few hundred matrix products.
Every unit has its own curve of training and validation loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.errors import DivergedError
from training.fitting.optimizing import Optimizing

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

    def logits(self, views: Sequence[Floats]) -> Floats:
        """Return the score of each row for each unit, float32 `[n, units]`."""
        parts = [view @ weights for view, weights in zip(views, self.weights, strict=True)]
        return np.asarray(np.sum(parts, axis=0) + self.bias, dtype=np.float32)

    def history(self, unit: int) -> dict[str, list[float]]:
        """Return one unit's curves as Keras' `History.history` has them, less those that were not watched."""
        columns = {key: self.curves[key][:, unit] for key in HISTORY_KEYS}
        return {
            key: [float(value) for value in column] for key, column in columns.items() if not np.isnan(column).all()
        }


def fit(
    views: Sequence[Floats],
    labels: NDArray[np.int64],
    units: Sequence[Unit],
    optimizing: Optimizing,
    sample_weights: Floats | None = None,
) -> Heads:
    """Train one linear unit for each entry of `units` by gradient descent on all its rows at once.

    Args:
        views: One or more matrices of features of the same images, float32 `[n, d]`; a unit's `scales` should bring
            them to unit mean squared length together.
        labels: 0 or 1, `[n]`.
        units: What each unit learns from.
        optimizing: Optimizer, learning rate, momentum, epochs and steps in each.
        sample_weights: Weight of each row in the loss, `[n]`; 1 by default.

    Raises:
        DivergedError: The weights became infinite: the learning rate is too high.
    """
    rows = np.ones(len(labels), np.float32) if sample_weights is None else sample_weights
    means = [view.mean(axis=0, dtype=np.float64).astype(np.float32) for view in views]
    joined, back = _join(views, means)
    widths = [turn.shape[1] for turn in back]
    scales = np.repeat(np.array([unit.scales for unit in units], np.float32).T, widths, axis=0)
    descent = _Descent(joined, scales, labels, units, rows)
    del joined  # the descent has its own copy, and of many images two are too large
    logged = descent.run(optimizing)
    logged[:, 2:, [len(unit.validation) == 0 for unit in units]] = np.nan
    kernel, bias = (np.asarray(value) for value in descent.layer.get_weights())
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise DivergedError(
            f"The head's weights became infinite at a learning rate of {optimizing.learning_rate}. Use a lower "
            "--learning-rate, or leave it out."
        )
    parts = np.split(kernel * scales, np.cumsum(widths)[:-1])
    weights = tuple(turn @ part for turn, part in zip(back, parts, strict=True))
    offset = np.sum([mean @ part for mean, part in zip(means, weights, strict=True)], axis=0)
    curves = {key: logged[:, position] for position, key in enumerate(HISTORY_KEYS)}
    return Heads(weights, (bias - offset).astype(np.float32), curves)


def _join(views: Sequence[Floats], means: Sequence[Floats]) -> tuple[Floats, list[Floats]]:
    """Return the views centred, turned and side by side, `[n, d]`, and the matrices that turn weights back."""
    pairs = [_rotate(view - mean) for view, mean in zip(views, means, strict=True)]
    return np.concatenate([turned for turned, _ in pairs], axis=1), [back for _, back in pairs]


def _rotate(features: Floats) -> tuple[Floats, Floats]:
    """Turn the features so that they need no more dimensions than there are images.

    The weights that minimise an L2-regularised loss lie in the span of the images (representer theorem, Kimeldorf and
    Wahba 1971), and a rotation changes no length. Returns the turned features, and the matrix that turns weights back,
    `[d, kept]`. Where that would not halve the dimensions, finding the rotation costs more than it saves.
    """
    if 2 * features.shape[0] > features.shape[1]:
        return features, np.eye(features.shape[1], dtype=np.float32)
    left, singular, right = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    kept = max(1, int(np.sum(singular > singular[0] * 1e-6)))
    return (left[:, :kept] * singular[:kept]).astype(np.float32), right[:kept].T.astype(np.float32)


class _Descent:
    """One run of gradient descent over all units; inside, everything is a TensorFlow tensor."""

    def __init__(
        self, views: Floats, scales: Floats, labels: NDArray[np.int64], units: Sequence[Unit], sample_weights: Floats
    ) -> None:
        self.layer = keras.layers.Dense(len(units), kernel_initializer="zeros", dtype="float32")
        self.layer.build((None, views.shape[1]))
        self._inputs, self._scales = tf.constant(views), tf.constant(scales)
        self._targets = tf.constant(np.repeat(labels[:, None], len(units), axis=1).astype(np.float32))
        self._l2 = tf.constant([unit.l2 for unit in units], tf.float32)
        self._fitted = tf.constant(_shares([unit.train for unit in units], sample_weights))
        self._watched = tf.constant(_shares([unit.validation for unit in units], np.ones_like(sample_weights)))

    def run(self, optimizing: Optimizing) -> Floats:
        """Descend, and return the curves, float32 `[epochs, 4, units]`, in the order of `HISTORY_KEYS`."""
        optimizer = optimizing.build(optimizing.steps)
        optimizer.build(self.layer.trainable_variables)

        @tf.function  # type: ignore[untyped-decorator]
        def descend() -> Any:
            logged = tf.TensorArray(tf.float32, size=optimizing.epochs)
            for epoch in tf.range(optimizing.epochs):
                sums = tf.zeros((2, len(self._l2)))
                for _ in tf.range(optimizing.steps):
                    with tf.GradientTape() as tape:
                        measured = self._measure(self._fitted)
                        total = tf.reduce_sum(measured[0])
                    variables = self.layer.trainable_variables
                    optimizer.apply(tape.gradient(total, variables), variables)
                    sums += measured
                validated = self._measure(self._watched)
                logged = logged.write(epoch, tf.concat([sums / float(optimizing.steps), validated], axis=0))
            return logged.stack()

        return np.array(descend())

    def _measure(self, shares: Any) -> Any:
        """Return each unit's regularised loss and accuracy over some rows, `[2, units]`."""
        logits = self._inputs @ (self.layer.kernel * self._scales) + self.layer.bias
        costs = tf.nn.sigmoid_cross_entropy_with_logits(self._targets, logits)
        penalties = self._l2 * tf.reduce_sum(self.layer.kernel**2, axis=0)
        right = tf.cast((logits > 0) == (self._targets > 0.5), tf.float32)
        return tf.stack([tf.reduce_sum(shares * costs, axis=0) + penalties, tf.reduce_sum(shares * right, axis=0)])


def _shares(rows: Sequence[NDArray[np.int64]], sample_weights: Floats) -> Floats:
    """Return each row's share of each unit's mean, `[n, units]`; a column sums to 1 where it has rows."""
    shares = np.zeros((len(sample_weights), len(rows)), np.float32)
    for unit, chosen in enumerate(rows):
        if len(chosen):
            shares[chosen, unit] = sample_weights[chosen] / sample_weights[chosen].sum()
    return shares
