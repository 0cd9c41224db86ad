"""A small dense network in numpy that trains and reports exactly as Keras does, many times faster at this size.

Keras's conventions: Glorot-uniform kernels, zero biases; the loss of an epoch is the mean over its rows with
dropout, noise and L2 penalty on, while the weights move; validation follows the epoch in inference mode, with the
penalty. `tests/doctor/test_numpy_network.py` compares it with Keras itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.doctor.heads import HEADS

Array = npt.NDArray[np.float32]
BATCH_NORM_EPSILON = 1e-3


@dataclass(frozen=True)
class Settings:
    """How a network is built and trained."""

    hidden: tuple[int, ...] = (16,)
    activation: str = "relu"
    batch_norm: float | None = None  # momentum of the moving averages
    dropout: float = 0.0
    l2: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    batch_size: int = 16
    clipped_loss: bool = False  # loss from clipped probabilities in place of logits
    noise: float = 0.0  # standard deviation of noise added to training inputs
    rows_per_epoch: int | None = None  # fewer rows than there are, drawn anew with replacement
    trainable: bool = True
    hidden_bias: float = 0.0  # initial value; far below zero kills every ReLU
    output_bias: float = 0.0  # initial value; far from zero saturates the output
    class_weight: tuple[float, float] | None = None
    nesterov: bool = False  # for sgd_momentum
    decay_steps: int | None = None  # steps over which the rate falls to zero along half a cosine
    passes: int = 1  # over all rows in one epoch
    head: str = "binary"  # see benchmarks.doctor.heads
    outputs: int = 1


class Network:
    """Weights in one flat vector, so that an optimizer step is one operation."""

    def __init__(self, inputs: int, settings: Settings, rng: np.random.Generator) -> None:
        """Draw fresh weights for `inputs` features."""
        self.settings, self.rng = settings, rng
        sizes = (inputs, *settings.hidden, settings.outputs)
        shapes: list[tuple[int, ...]] = []
        for index, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            shapes += [(fan_in, fan_out), (fan_out,)]
            if settings.batch_norm is not None and index < len(settings.hidden):
                shapes += [(fan_out,), (fan_out,)]
        self.parameters = int(sum(np.prod(shape) for shape in shapes))
        self.theta = np.zeros(self.parameters, np.float32)
        self.gradient = np.zeros_like(self.theta)
        self.weights = _views(self.theta, shapes)
        self.gradients = _views(self.gradient, shapes)
        self._initialise()
        self.moving = [(np.zeros(width, np.float32), np.ones(width, np.float32)) for width in settings.hidden]
        self.first, self.second, self.step = np.zeros_like(self.theta), np.zeros_like(self.theta), 0

    def _initialise(self) -> None:
        settings = self.settings
        for index in range(len(settings.hidden) + 1):
            kernel, bias, *norm = self._layer(self.weights, index)
            limit = np.sqrt(6.0 / sum(kernel.shape))
            kernel[...] = self.rng.uniform(-limit, limit, kernel.shape)
            bias[...] = 0.0 if index == len(settings.hidden) else settings.hidden_bias
            if index == len(settings.hidden):
                bias[0] = settings.output_bias
            if norm:
                norm[0][...] = 1.0

    def _layer(self, parts: list[Array], index: int) -> list[Array]:
        width = 4 if self.settings.batch_norm is not None else 2
        return parts[index * width : index * width + (width if index < len(self.settings.hidden) else 2)]

    def logits(self, x: Array) -> Array:
        """Return the logits in inference mode: [rows] for two classes, [rows, outputs] for other heads."""
        return self._forward(x, training=False)[0]

    def penalty(self) -> float:
        """Return the L2 penalty that Keras adds to both losses."""
        if not self.settings.l2:
            return 0.0
        kernels = (self._layer(self.weights, index)[0] for index in range(len(self.settings.hidden) + 1))
        return float(self.settings.l2 * sum(float(np.sum(kernel * kernel)) for kernel in kernels))

    def _forward(self, x: Array, training: bool) -> tuple[Array, list[tuple[Array, ...]]]:
        settings = self.settings
        saved: list[tuple[Array, ...]] = []
        for index in range(len(settings.hidden)):
            kernel, bias, *norm = self._layer(self.weights, index)
            before = x @ kernel + bias
            scaled, deviation = before, before
            if norm:
                scaled, deviation = self._normalise(before, index, training)
                before = scaled * norm[0] + norm[1]
            after = np.maximum(before, 0) if settings.activation == "relu" else np.tanh(before)
            keep = after
            if training and settings.dropout:
                keep = (self.rng.random(after.shape, np.float32) >= settings.dropout) / np.float32(1 - settings.dropout)
            saved.append((x, after, keep, scaled, deviation))
            x = after * keep if training and settings.dropout else after
        kernel, bias = self._layer(self.weights, len(settings.hidden))
        saved.append((x,))
        logits = x @ kernel + bias
        return (logits[:, 0] if settings.head == "binary" else logits), saved

    def _normalise(self, before: Array, index: int, training: bool) -> tuple[Array, Array]:
        mean, variance = self.moving[index]
        if training:
            momentum = np.float32(self.settings.batch_norm or 0)
            batch_mean, batch_variance = before.mean(0), before.var(0)
            self.moving[index] = (
                mean * momentum + batch_mean * (1 - momentum),
                variance * momentum + batch_variance * (1 - momentum),
            )
            mean, variance = batch_mean, batch_variance
        deviation = np.sqrt(variance + np.float32(BATCH_NORM_EPSILON))
        return (before - mean) / deviation, deviation

    def _backward(self, slope: Array, saved: list[tuple[Array, ...]]) -> None:
        settings = self.settings
        flow = slope.reshape(len(slope), -1)
        for index in range(len(settings.hidden), -1, -1):
            x = saved[index][0]
            if index < len(settings.hidden):
                _, after, keep, scaled, deviation = saved[index]
                flow = flow * keep if settings.dropout else flow
                flow = flow * (after > 0) if settings.activation == "relu" else flow * (1 - after * after)
                if settings.batch_norm is not None:
                    flow = self._backward_norm(flow, scaled, deviation, index)
            kernel = self._layer(self.weights, index)[0]
            kernel_gradient, bias_gradient = self._layer(self.gradients, index)[:2]
            kernel_gradient[...] = x.T @ flow + np.float32(2 * settings.l2) * kernel
            bias_gradient[...] = flow.sum(0)
            if index:
                flow = flow @ kernel.T

    def _backward_norm(self, flow: Array, scaled: Array, deviation: Array, index: int) -> Array:
        gamma = self._layer(self.weights, index)[2]
        gamma_gradient, beta_gradient = self._layer(self.gradients, index)[2:]
        gamma_gradient[...] = (flow * scaled).sum(0)
        beta_gradient[...] = flow.sum(0)
        flow = flow * gamma
        centred: Array = flow - flow.mean(0) - scaled * (flow * scaled).mean(0)
        return centred / deviation

    def train_batch(self, x: Array, y: Array) -> tuple[float, float]:
        """Take one step; return the batch's loss (with penalty) before it, and how many answers were right.

        NaN stands for the latter where the head answers no class.
        """
        head = HEADS[self.settings.head]
        if self.settings.noise:
            x = x + self.rng.normal(0, self.settings.noise, x.shape).astype(np.float32)
        logits, saved = self._forward(x, training=True)
        losses, slope = head.cost(logits, y, self.settings.clipped_loss)
        if self.settings.class_weight:
            weight = np.where(y > 0.5, *self.settings.class_weight[::-1]).astype(np.float32)
            losses, slope = losses * weight, slope * weight
        loss = float(losses.mean()) + self.penalty()
        if self.settings.trainable:
            self._backward(slope / np.float32(len(y)), saved)
            self._descend()
        return loss, head.hits(logits, y) if head.hits else float("nan")

    def _descend(self) -> None:
        settings, gradient = self.settings, self.gradient
        decay = self._decay()
        rate = np.float32(settings.learning_rate * decay)
        self.step += 1
        if settings.optimizer == "adam":
            self.first += np.float32(0.1) * (gradient - self.first)
            self.second += np.float32(0.001) * (gradient * gradient - self.second)
            rate = np.float32(settings.learning_rate * decay * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step))
            self.theta -= rate * self.first / (np.sqrt(self.second) + np.float32(1e-7))
        elif settings.optimizer == "rmsprop":
            self.second += np.float32(0.1) * (gradient * gradient - self.second)
            self.theta -= rate * gradient / np.sqrt(self.second + np.float32(1e-7))
        elif settings.optimizer == "sgd_momentum":
            self.first *= np.float32(0.9)
            self.first -= rate * gradient
            self.theta += np.float32(0.9) * self.first - rate * gradient if settings.nesterov else self.first
        else:
            self.theta -= rate * gradient

    def _decay(self) -> float:
        if self.settings.decay_steps is None:
            return 1.0
        return 0.5 + 0.5 * float(np.cos(np.pi * min(1.0, self.step / self.settings.decay_steps)))


def _views(flat: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [flat[end - int(np.prod(shape)) : end].reshape(shape) for end, shape in zip(ends, shapes, strict=True)]
