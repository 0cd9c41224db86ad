"""Fit one Keras network again and again, once for each fold, with a curve of training and validation loss each time.

The network is built and its step compiled once; for each fold the weights, the random seeds of its layers and the
optimizer's memory are put back to where they began, which takes milliseconds where a rebuild takes seconds.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.errors import DivergedError
from training.evaluation.splitting import Fold, count_scored
from training.fitting.recipe import Data, Recipe, build_optimizer, steps_per_epoch
from training.problem.interface import Curves

Rows = NDArray[np.int64]
CHUNK = 64
"""Images scored at once."""


class Trainer:
    """A network, its data and its compiled training step."""

    def __init__(self, network: keras.Model, data: Data, recipe: Recipe) -> None:
        """Remember the network's present weights as those to begin each fit with."""
        self.network = network
        self.recipe = recipe
        self._images = tf.constant(data.images)
        self._targets = tf.constant(data.targets, tf.float32)
        self._weights = tf.constant(data.weights, tf.float32)
        self._initial = [(variable, variable.numpy()) for variable in network.variables]
        steps = steps_per_epoch(recipe.optimizing, len(data.images))
        self._parts = [(build_optimizer(recipe, factor, steps), part) for factor, part in self._split_by_rate()]
        for optimizer, variables in self._parts:
            optimizer.build(variables)
        self._run_epoch = tf.function(
            self._run_steps,
            input_signature=[
                tf.TensorSpec([None], tf.int64),
                tf.TensorSpec([], tf.int64),
                tf.TensorSpec([2], tf.int32),
            ],
        )
        self._score = tf.function(self._score_rows, input_signature=[tf.TensorSpec([None], tf.int64)])

    def fit(
        self,
        train: Rows,
        validation: Rows,
        seed: int,
        prepare: Callable[[], None] = lambda: None,
    ) -> Curves:
        """Train from the initial weights on some rows, and watch others.

        Args:
            train: Rows to learn from.
            validation: Rows to follow the loss on after each epoch; may be empty.
            seed: Of the order of the images and their augmentation.
            prepare: Called after the weights were put back, to change some of them.

        Returns:
            The history, by Keras' names.

        Raises:
            DivergedError: The loss became infinite.
        """
        self.reset()
        prepare()
        history: Curves = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
        for epoch in range(self.recipe.optimizing.epochs):
            steps = self.run_epoch(train, seed, epoch)
            found = steps[:, :2].sum(axis=0) / steps[:, 2].sum()
            history["loss"].append(float(found[0] + steps[:, 3].mean()))
            history["accuracy"].append(float(found[1]))
            if len(validation):
                losses, hits = self._watch(validation)
                history["val_loss"].append(losses)
                history["val_accuracy"].append(hits)
        self._check_finite(history)
        return {key: values for key, values in history.items() if values}

    def reset(self) -> None:
        """Put weights, seeds and the optimizers' memory back to where they began."""
        for variable, value in self._initial:
            variable.assign(value)
        for optimizer, _ in self._parts:
            for variable in optimizer.variables:
                variable.assign(tf.zeros(variable.shape, variable.dtype))

    def run_epoch(self, train: Rows, seed: int, epoch: int) -> NDArray[np.float32]:
        """Pass over the rows once, shuffled.

        Returns:
            For each step, float32 `[steps, 4]`: the weighted sums of losses and hits, the sum of the weights, and the
            penalty of the network's regularisers.
        """
        order = np.random.default_rng([seed, epoch]).permutation(train)
        steps = steps_per_epoch(self.recipe.optimizing, len(train))
        # TensorFlow's stateless seeds are two 32-bit numbers
        return np.asarray(self._run_epoch(order, steps, np.array([seed % 2**31, epoch], np.int32)))

    def predict(self, rows: Rows, output: str = "logit") -> NDArray[np.float32]:
        """Return one output of the network for some rows, in inference mode."""
        chunks = [self._score(rows[start : start + CHUNK])[0][output] for start in range(0, len(rows), CHUNK)]
        return np.concatenate([np.asarray(chunk) for chunk in chunks])

    def _watch(self, rows: Rows) -> tuple[float, float]:
        """Return the mean loss of some rows, with the penalty as Keras has it, and the share that is right."""
        scored = [self._score(rows[start : start + CHUNK])[1:] for start in range(0, len(rows), CHUNK)]
        losses, hits = (np.concatenate([np.asarray(part[column]) for part in scored]).mean() for column in (0, 1))
        return float(losses), float(hits)

    def _penalty(self) -> Any:
        return tf.add_n(self.network.losses) if self.network.losses else tf.constant(0.0)

    def _run_steps(self, order: Any, steps: Any, seed: Any) -> Any:
        logged = tf.TensorArray(tf.float32, size=tf.cast(steps, tf.int32))
        count = tf.shape(order, tf.int64)[0]
        for step in tf.range(steps):
            rows = order[step * count // steps : (step + 1) * count // steps]
            images = tf.cast(tf.gather(self._images, rows), tf.float32)
            if self.recipe.augment is not None:
                images = self.recipe.augment(images, tf.random.experimental.stateless_fold_in(seed, step))
            logged = logged.write(tf.cast(step, tf.int32), self._step(images, rows))
        return logged.stack()

    def _step(self, images: Any, rows: Any) -> Any:
        weights = tf.gather(self._weights, rows)
        with tf.GradientTape() as tape:
            outputs = self.network(images, training=True)
            losses, hits = self.recipe.objective(outputs, images, tf.gather(self._targets, rows))
            penalty = self._penalty()
            total = tf.reduce_mean(weights * losses) + penalty
        gradients = tape.gradient(total, [variables for _, variables in self._parts])
        for (optimizer, variables), part in zip(self._parts, gradients, strict=True):
            optimizer.apply(part, variables)
        sums = [tf.reduce_sum(weights * losses), tf.reduce_sum(weights * hits), tf.reduce_sum(weights), penalty]
        return tf.stack(sums)

    def _score_rows(self, rows: Any) -> Any:
        images = tf.cast(tf.gather(self._images, rows), tf.float32)
        outputs = self.network(images, training=False)
        losses, hits = self.recipe.objective(outputs, images, tf.gather(self._targets, rows))
        return outputs, losses + self._penalty(), hits

    def _split_by_rate(self) -> list[tuple[float, list[Any]]]:
        """Return the variables that train, by the factor of their learning rate."""
        parts: dict[float, list[Any]] = {}
        for layer in self.network.layers:
            factor = self.recipe.rate_factors.get(layer.name, 1.0)
            if factor > 0 and layer.trainable_variables:
                parts.setdefault(factor, []).extend(layer.trainable_variables)
        return list(parts.items())

    def _check_finite(self, history: Curves) -> None:
        if not all(np.isfinite(values).all() for values in history.values()):
            raise DivergedError(
                f"The loss became infinite at a learning rate of {self.recipe.optimizing.learning_rate}. Use a lower "
                "--learning-rate, or leave it out."
            )


def cross_fit(
    trainer: Trainer,
    folds: Sequence[Fold],
    seed: int,
    prepare: Callable[[Fold], None] = lambda fold: None,
    is_lost: Callable[[NDArray[np.float64]], bool] = lambda _: False,
) -> tuple[NDArray[np.float64], tuple[Curves, ...]]:
    """Fit on each fold's training rows; return the logits of its validation rows, `[repeats, n]`, and the curves.

    It ends early where `is_lost` says so of the logits; they are NaN for the folds that are left.
    """
    curves: list[Curves] = []
    logits = np.full((folds[-1].repeat + 1, count_scored(folds)), np.nan)
    for position, fold in enumerate(folds):
        curves.append(trainer.fit(fold.train, fold.validation, seed + position, partial(prepare, fold)))
        logits[fold.repeat, fold.validation] = trainer.predict(fold.validation)
        if is_lost(logits):
            break
    return logits, tuple(curves)
