"""Two-class problems to train on: synthetic ones of many shapes, and small images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Rows = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Problem:
    """A source of rows. `draw(n, rng)` returns n rows and their labels; `most` bounds what a finite source has."""

    name: str
    draw: Callable[[int, np.random.Generator], Rows]
    most: int = 10**9
    linear: bool = True  # whether a linear model does well


def blobs(rng: np.random.Generator, distance: float) -> Problem:
    """Two Gaussian clouds, `distance` standard deviations apart, among dimensions that say nothing."""
    inputs = int(rng.integers(2, 50))
    direction = rng.normal(size=inputs)
    direction *= distance / 2 / np.linalg.norm(direction)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, 2, n)
        return _rows(rng.normal(size=(n, inputs)) + np.where(y[:, None], direction, -direction), y)

    return Problem("blobs", draw)


def embedded(rng: np.random.Generator, distance: float) -> Problem:
    """Two clouds in the many dimensions of pretrained features, whose rows have lengths of about one or a few."""
    inputs, length = int(np.exp(rng.uniform(np.log(16), np.log(600)))), float(rng.uniform(0.7, 3.0))
    spectrum = np.arange(1, inputs + 1) ** -float(rng.uniform(0.3, 1.0))
    spectrum *= np.sqrt(inputs) / np.linalg.norm(spectrum)
    direction = rng.normal(size=inputs) * spectrum
    direction *= distance / 2 * np.sqrt(np.mean(spectrum**2)) / np.linalg.norm(direction)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, 2, n)
        x = rng.normal(size=(n, inputs)) * spectrum + np.where(y[:, None], direction, -direction)
        return _rows(x * length / np.sqrt(inputs), y)

    return Problem("embedded", draw)


def clusters(rng: np.random.Generator, count: int, spread: float) -> Problem:
    """Several clouds a class, so that only a network with enough units can tell them apart."""
    inputs = int(rng.integers(2, 16))
    centres = rng.normal(size=(2, count, inputs)) * 1.6

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y, which = rng.integers(0, 2, n), rng.integers(0, count, n)
        return _rows(centres[y, which] + spread * rng.normal(size=(n, inputs)), y)

    return Problem("clusters", draw, linear=False)


def exclusive_or(rng: np.random.Generator) -> Problem:
    """The sign of a product of two coordinates: no linear model beats guessing."""
    inputs, margin = int(rng.integers(2, 8)), float(rng.uniform(0.1, 0.5))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        signs = rng.choice([-1.0, 1.0], (n, 2))
        x = rng.normal(size=(n, inputs))
        x[:, :2] = signs * (margin + np.abs(rng.normal(size=(n, 2))))
        return _rows(x, signs[:, 0] * signs[:, 1] > 0)

    return Problem("exclusive_or", draw, linear=False)


def rings(rng: np.random.Generator) -> Problem:
    """One class around the other."""
    inputs, width = int(rng.integers(2, 10)), float(rng.uniform(0.1, 0.3))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, 2, n)
        x = rng.normal(size=(n, inputs))
        plane = x[:, :2] / np.linalg.norm(x[:, :2], axis=1, keepdims=True)
        x[:, :2] = plane * (0.8 + 1.2 * y + width * rng.normal(size=n))[:, None]
        return _rows(x, y)

    return Problem("rings", draw, linear=False)


def teacher(rng: np.random.Generator, sharpness: float) -> Problem:
    """Labels drawn from a random network's probabilities; lower sharpness leaves more that nobody can know."""
    inputs, units = int(rng.integers(4, 30)), int(rng.integers(1, 5))
    first, second = rng.normal(size=(inputs, units)) / np.sqrt(inputs), rng.normal(size=units)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        x = rng.normal(size=(n, inputs))
        logit = sharpness * np.tanh(1.5 * x @ first) @ second
        return _rows(x, rng.random(n) < 1 / (1 + np.exp(-logit)))

    return Problem("teacher", draw, linear=units == 1)


def digits(rng: np.random.Generator) -> Problem:
    """Handwritten digits of 8 by 8 pixels: one against another, or two groups of digits."""
    x, target = _digits()
    size = int(rng.choice([1, 1, 2, 5]))
    chosen = rng.permutation(10)[: 2 * size]
    rows = np.flatnonzero(np.isin(target, chosen))
    return _finite("digits", x[rows], np.isin(target[rows], chosen[:size]), linear=size < 5)


def faces(rng: np.random.Generator) -> Problem:
    """Faces against other patches (25 by 25 pixels), shrunk to 12 by 12."""
    x, y = _faces()
    return _finite("faces", x, y, linear=True)


def _finite(name: str, x: npt.NDArray[np.float32], y: npt.NDArray[np.bool_ | np.float32], linear: bool) -> Problem:
    def draw(n: int, rng: np.random.Generator) -> Rows:
        order = rng.permutation(len(y))[:n]
        return _rows(x[order], y[order])

    return Problem(name, draw, most=len(y), linear=linear)


def _rows(x: npt.ArrayLike, y: npt.ArrayLike) -> Rows:
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


@lru_cache(maxsize=1)
def _digits() -> Rows:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return _rows(bunch.data / 16.0, bunch.target)


@lru_cache(maxsize=1)
def _faces() -> Rows:
    from skimage.data import lfw_subset

    images = lfw_subset()[:, :24, :24]
    small = images.reshape(len(images), 12, 2, 12, 2).mean((2, 4)).reshape(len(images), -1)
    return _rows(small, np.arange(len(images)) < 100)
