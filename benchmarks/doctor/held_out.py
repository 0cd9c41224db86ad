"""Problems of each kind that no fit ever sees: measured on, with one more hidden layer, and never learned from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.doctor.causes import Rng, spread
from benchmarks.doctor.problems import Problem, Rows


def spirals(rng: Rng, count: int) -> Problem:
    """`count` classes as arms of a spiral or slices of a ring, beside inputs that say nothing."""
    turn, noise, useless = float(rng.uniform(0, 1.5)), float(rng.uniform(0.02, 0.35)), int(rng.integers(0, 6))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, count, n)
        radius = rng.uniform(0.5, 1.5, n)
        angle = 2 * np.pi * (y + noise * rng.normal(size=n)) / count + turn * radius
        harmonics = [wave(times * angle) * radius for times in (1, 2, 4) for wave in (np.sin, np.cos)]
        return _rows(np.stack([*harmonics, *rng.normal(size=(useless, n))], axis=1), y)

    return Problem("many_spirals", draw)


def friedman(rng: Rng) -> Problem:
    """The first function of Friedman 1991, "Multivariate Adaptive Regression Splines", in a unit of any size."""
    useless, noise, unit = int(rng.integers(0, 8)), spread(rng, 0.2, 3.0), spread(rng, 0.03, 1.0)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        x = rng.random((n, 5 + useless))
        answer = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
        return _rows(2 * x - 1, (unit * (answer - 14 + noise * rng.normal(size=n)))[:, None])

    return Problem("friedman", draw)


def signals(rng: Rng) -> Problem:
    """Sums of a few waves, sampled, that are their own answer."""
    inputs, waves, noise = int(rng.integers(16, 48)), int(rng.integers(1, 5)), float(rng.uniform(0, 0.3))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        at = np.linspace(0, 1, inputs)
        size, times, phase = rng.normal(size=(3, n, waves, 1))
        x = (size * np.sin(2 * np.pi * (np.abs(times) + 0.5) * at + phase)).sum(axis=1)
        x += noise * rng.normal(size=x.shape)
        return _rows(x, x)

    return Problem("signals", draw)


def discs(rng: Rng) -> Problem:
    """Noisy pictures of 10 by 10 pixels, of any brightness, with a brighter disc; the answer is its mask."""
    noise, side = float(rng.uniform(0.1, 0.8)), 10

    def draw(n: int, rng: np.random.Generator) -> Rows:
        rows, columns = np.mgrid[:side, :side]
        y, x = rng.uniform(2, side - 2, (2, n, 1, 1))
        mask = (rows - y) ** 2 + (columns - x) ** 2 < rng.uniform(1.5, 3.5, (n, 1, 1)) ** 2
        light = rng.uniform(-0.5, 0.5, (n, 1, 1)) + mask
        return _rows((light + noise * rng.normal(size=mask.shape)).reshape(n, -1), mask.reshape(n, -1))

    return Problem("discs", draw)


def chain(rng: Rng) -> Problem:
    """A Markov chain of the second order: what follows two symbols is one of a few."""
    symbols, sharp = int(rng.integers(8, 30)), spread(rng, 0.02, 0.5)
    follows = rng.dirichlet(np.full(symbols, sharp), (symbols, symbols)).cumsum(axis=2)
    text = [0, 1]
    for chance in rng.random(12_000):
        text.append(min(int(np.searchsorted(follows[text[-2], text[-1]], chance)), symbols - 1))
    numbers = np.array(text)
    windows = np.stack([numbers[:-2], numbers[1:-1]], axis=1)
    x, y = np.eye(symbols, dtype=np.float32)[windows].reshape(len(windows), -1), numbers[2:]

    def draw(n: int, rng: np.random.Generator) -> Rows:
        order = rng.permutation(len(y))[:n]
        return _rows(x[order], y[order])

    return Problem("chain", draw, most=len(y))


HELD_OUT: dict[str, Callable[[Rng], Problem]] = {
    "regression": friedman,
    "autoencoder": signals,
    "segmentation": discs,
    "language": chain,
}


def _rows(x: np.ndarray, y: np.ndarray) -> Rows:
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
