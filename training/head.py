"""The small dense head: L2-regularised logistic regression on frozen features, trained by Keras, many at once.

One dense layer holds a unit for each fold and each strength of regularisation. Units share no weights, and the
optimizer works on each weight alone, so each unit trains as if it were by itself, and a whole cross-validation is one
run of a few hundred matrix products. Every unit has its own curve of training and validation loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.errors import TrainingError
from training.optimizing import Optimizing

Floats = NDArray[np.float32]

HISTORY_KEYS = ("loss", "accuracy", "val_loss", "val_accuracy")


@dataclass(frozen=True)
class Unit:
    """What one unit of the layer is to learn from: its rows, the rows that only watch, and its regularisation.

    Attributes:
        train: Rows to fit on.
        validation: Rows to follow the loss on; may be empty.
        l2: Factor of the squared length of the weights in the loss, as in `keras.regularizers.L2`.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    l2: float


@dataclass(frozen=True)
class Heads:
    """Trained units.

    Attributes:
        weights: float32 `[dimensions, units]`.
        bias: float32 `[units]`.
        curves: By Keras' names (`loss`, `val_loss`, ...), float32 `[epochs, units]`; NaN where nothing was watched.
    """

    weights: Floats
    bias: Floats
    curves: dict[str, Floats] = field(default_factory=dict)

    def logits(self, features: Floats) -> Floats:
        """Return the score of each row for each unit, float32 `[n, units]`."""
        return features @ self.weights + self.bias

    def history(self, unit: int) -> dict[str, list[float]]:
        """Return one unit's curves as Keras' `History.history` has them, less those that were not watched."""
        columns = {key: self.curves[key][:, unit] for key in HISTORY_KEYS}
        return {
            key: [float(value) for value in column] for key, column in columns.items() if not np.isnan(column).all()
        }


def fit(
    features: Floats,
    labels: NDArray[np.int64],
    units: Sequence[Unit],
    optimizing: Optimizing,
    sample_weights: Floats | None = None,
) -> Heads:
    """Train one linear unit for each entry of `units` by gradient descent on all its rows at once.

    Args:
        features: float32 `[n, dimensions]`, of comparable scale (see `training.scaling`).
        labels: 0 or 1, `[n]`.
        units: What each unit learns from.
        optimizing: Optimizer, learning rate, momentum and epochs.
        sample_weights: Weight of each row in the loss, `[n]`; 1 by default.

    Raises:
        TrainingError: The weights became infinite: the learning rate is too high.
    """
    rows = np.ones(len(labels), np.float32) if sample_weights is None else sample_weights
    rotated, back = _rotate(features)
    layer = keras.layers.Dense(len(units), kernel_initializer="zeros", dtype="float32")
    layer.build((None, rotated.shape[1]))
    curves = _descend(layer, rotated, labels, units, rows, optimizing)
    weights, bias = (np.asarray(value) for value in layer.get_weights())
    if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise TrainingError(
            f"The head's weights became infinite at a learning rate of {optimizing.learning_rate}. Use a lower "
            "--learning-rate, or leave it out."
        )
    return Heads(back @ weights, bias, curves)


def _rotate(features: Floats) -> tuple[Floats, Floats]:
    """Turn the features so that they need no more dimensions than there are images.

    The weights that minimise an L2-regularised loss lie in the span of the images (representer theorem, Kimeldorf and
    Wahba 1971), and a rotation changes no length. Returns the turned features and the matrix that turns weights back.
    """
    if features.shape[0] >= features.shape[1]:
        return features, np.eye(features.shape[1], dtype=np.float32)
    left, singular, right = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    kept = max(1, int(np.sum(singular > singular[0] * 1e-6)))
    return (left[:, :kept] * singular[:kept]).astype(np.float32), right[:kept].T.astype(np.float32)


def _descend(
    layer: Any,
    features: Floats,
    labels: NDArray[np.int64],
    units: Sequence[Unit],
    sample_weights: Floats,
    optimizing: Optimizing,
) -> dict[str, Floats]:
    """Run the epochs in one compiled loop; the curves are those before each step, as Keras logs them."""
    optimizer = optimizing.build()
    optimizer.build(layer.trainable_variables)
    strengths = tf.constant([unit.l2 for unit in units], tf.float32)
    inputs, targets = tf.constant(features), tf.constant(labels[:, None].astype(np.float32))
    fitted = tf.constant(_shares([unit.train for unit in units], sample_weights))
    watched = tf.constant(_shares([unit.validation for unit in units], np.ones_like(sample_weights)))

    @tf.function  # type: ignore[untyped-decorator]
    def run() -> Any:
        logged = tf.TensorArray(tf.float32, size=optimizing.epochs)
        for epoch in tf.range(optimizing.epochs):
            with tf.GradientTape() as tape:
                logits = layer(inputs)
                costs = tf.nn.sigmoid_cross_entropy_with_logits(tf.broadcast_to(targets, tf.shape(logits)), logits)
                penalties = strengths * tf.reduce_sum(layer.kernel**2, axis=0)
                losses = tf.reduce_sum(fitted * costs, axis=0) + penalties
                total = tf.reduce_sum(losses)
            right = tf.cast((logits > 0) == (targets > 0.5), tf.float32)
            logged = logged.write(
                epoch,
                tf.stack(
                    [
                        losses,
                        tf.reduce_sum(fitted * right, axis=0),
                        tf.reduce_sum(watched * costs, axis=0) + penalties,
                        tf.reduce_sum(watched * right, axis=0),
                    ]
                ),
            )
            optimizer.apply(tape.gradient(total, layer.trainable_variables), layer.trainable_variables)
        return logged.stack()

    curves = np.array(run())  # [epochs, 4, units]
    unwatched = np.array([len(unit.validation) == 0 for unit in units])
    curves[:, 2:, unwatched] = np.nan
    return {key: curves[:, position] for position, key in enumerate(HISTORY_KEYS)}


def _shares(rows: Sequence[NDArray[np.int64]], sample_weights: Floats) -> Floats:
    """Return each row's share of each unit's mean, `[n, units]`; a column sums to 1 where it has rows."""
    shares = np.zeros((len(sample_weights), len(rows)), np.float32)
    for unit, chosen in enumerate(rows):
        if len(chosen):
            shares[chosen, unit] = sample_weights[chosen] / sample_weights[chosen].sum()
    return shares
