"""Problems of more than two classes, and those whose loss is no cross-entropy of classes: plans recast to them.

A plan drawn for two classes keeps its fault and its settings and gets another problem, another head, and rows and
units enough for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.doctor import problems
from benchmarks.doctor.causes import Rng, spread, whole
from benchmarks.doctor.held_out import HELD_OUT, spirals
from benchmarks.doctor.pictures import PHOTOGRAPHS, SIGNS, photographs, signs
from benchmarks.doctor.plans import Plan
from benchmarks.doctor.problems import Problem, Rows

KINDS = ("binary", "classes", "regression", "autoencoder", "segmentation", "language")
MOST_ROWS = 480
OF_TWO_CLASSES_ONLY = {"tiny_val", "healthy_tiny", "overfit_tiny", "saturated_one_class", "healthy_convex"}
"""Causes that a recast plan would no longer have."""
OF_CLASSES_ONLY = {"imbalance_collapse", "healthy_imbalanced", "label_noise", "label_noise_memorised"} | {
    "distribution_shift",
    "underfit_capacity",
    "healthy_bayes_limited",
    "dead_relu",
}


def classes(rng: Rng, count: int, easy: bool) -> Problem:
    """Draw a problem of `count` classes: clouds, digits, photographs, or a random network's answers."""
    if count <= 10 and rng.random() < 0.3:
        return digits(rng, count)
    if count <= len(PHOTOGRAPHS) and rng.random() < 0.3:
        return photographs(rng, count)
    inputs = int(rng.integers(max(4, int(np.log2(count)) * 2), 40))
    if not easy and rng.random() < 0.3:
        return teacher(rng, inputs, count)
    distance = rng.uniform(4.5, 8.0) if easy else rng.uniform(1.8, 3.4)
    centres = rng.normal(size=(count, inputs))
    centres *= distance / np.sqrt(2 * inputs)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        y = rng.integers(0, count, n)
        return _rows(centres[y] + rng.normal(size=(n, inputs)), y)

    return Problem("clouds", draw)


def digits(rng: Rng, count: int) -> Problem:
    """Handwritten digits of 8 by 8 pixels, `count` of the ten."""
    x, target = problems._digits()
    chosen = rng.permutation(10)[:count]
    rows = np.flatnonzero(np.isin(target, chosen))
    numbers = {int(digit): number for number, digit in enumerate(chosen)}
    y = np.array([numbers[int(digit)] for digit in target[rows]])
    return Problem("many_digits", _from(x[rows], y), most=len(rows))


def teacher(rng: Rng, inputs: int, count: int) -> Problem:
    """Draw labels from a random network's probabilities."""
    first, second = rng.normal(size=(inputs, 6)) / np.sqrt(inputs), rng.normal(size=(6, count)) * spread(rng, 2, 6)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        x = rng.normal(size=(n, inputs))
        logits = np.tanh(1.5 * x @ first) @ second + rng.gumbel(size=(n, count))
        return _rows(x, logits.argmax(axis=1))

    return Problem("many_teacher", draw)


def regression(rng: Rng, easy: bool) -> Problem:
    """Draw numbers that a random network answers, with noise, in a unit of any size."""
    inputs, outputs = int(rng.integers(2, 16)), int(rng.choice([1, 1, 1, 3]))
    first, second = rng.normal(size=(inputs, 5)) / np.sqrt(inputs), rng.normal(size=(5, outputs))
    noise = rng.uniform(0.02, 0.3) if easy else rng.uniform(0.4, 1.2)
    unit, shift = (spread(rng, 0.1, 3.0), rng.normal()) if rng.random() < 0.8 else (spread(rng, 3, 30), 0.0)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        x = rng.normal(size=(n, inputs))
        answer = np.tanh(1.5 * x @ first) @ second
        return _rows(x, unit * (answer + noise * rng.normal(size=answer.shape) + shift))

    return Problem("regression", draw, linear=False)


def autoencoder(rng: Rng) -> Problem:
    """Pictures of digits or correlated numbers that are their own answer."""
    if rng.random() < 0.5:
        x, _ = problems._digits()
        return Problem("autoencoder_digits", _from(x, x), most=len(x))
    inputs, hidden = int(rng.integers(12, 40)), int(rng.integers(2, 8))
    mixing = rng.normal(size=(hidden, inputs))

    def draw(n: int, rng: np.random.Generator) -> Rows:
        x = np.tanh(rng.normal(size=(n, hidden)) @ mixing) + 0.1 * rng.normal(size=(n, inputs))
        return _rows(x, x)

    return Problem("autoencoder", draw)


def segmentation(rng: Rng) -> Problem:
    """Noisy pictures of 8 by 8 pixels with a bright rectangle; the answer is its mask."""
    noise = rng.uniform(0.1, 1.0)

    def draw(n: int, rng: np.random.Generator) -> Rows:
        grid = np.arange(8)
        first, size = rng.integers(0, 5, (n, 2)), rng.integers(2, 5, (n, 2))
        inside = [(grid >= first[:, a, None]) & (grid < (first + size)[:, a, None]) for a in (0, 1)]
        mask = (inside[0][:, :, None] & inside[1][:, None, :]).reshape(n, 64)
        return _rows(mask + noise * rng.normal(size=(n, 64)), mask)

    return Problem("segmentation", draw)


def language(rng: Rng) -> Problem:
    """Characters of English (this project's licence): the next one after the last few."""
    text = (Path(__file__).parents[2] / "LICENSE").read_text()[:20_000].lower()
    alphabet = sorted(set(text))
    numbers = np.array([alphabet.index(character) for character in text])
    before = int(rng.integers(1, 4))
    windows = np.stack([numbers[at : len(numbers) - before + at] for at in range(before)], axis=1)
    x = np.eye(len(alphabet), dtype=np.float32)[windows].reshape(len(windows), -1)
    return Problem("language", _from(x, numbers[before:]), most=len(windows))


def recast(plan: Plan, kind: str, rng: Rng, held_out: bool = False) -> Plan:
    """Return the plan for a problem of another kind, with its fault kept; perhaps one that no fit ever sees."""
    easy = plan.problem.name in ("blobs", "digits", "clusters", "faces", "rings", "embedded")
    count = whole(rng, 3, 101) if rng.random() < 0.6 else int(rng.choice([3, 4, 5, 10]))
    makers: dict[str, tuple[str, Callable[[], Problem]]] = {
        "classes": ("classes", lambda: classes(rng, count, easy)),
        "regression": ("numbers", lambda: regression(rng, easy)),
        "autoencoder": ("numbers", lambda: autoencoder(rng)),
        "segmentation": (str(rng.choice(["pixels", "dice"])), lambda: segmentation(rng)),
        "language": ("tokens", lambda: language(rng)),
    }
    head, make = makers[kind]
    drawn = signs if count <= len(SIGNS) and rng.random() < 0.5 else spirals
    unseen = {"classes": lambda: drawn(rng, count)} | {name: partial(draw, rng) for name, draw in HELD_OUT.items()}
    problem = unseen[kind]() if held_out else make()
    _, y = problem.draw(min(problem.most, 200), np.random.default_rng(0))
    outputs = y.shape[1] if y.ndim == 2 else (count if head == "classes" else int(problem_classes(problem)))
    enough = max(1, count // 3) if head == "classes" else {"tokens": 4, "pixels": 3, "dice": 3}.get(head, 1)
    n_train, n_val = min(MOST_ROWS, plan.n_train * min(enough, 8)), min(500, plan.n_val * min(enough, 6))
    if problem.most < 10**6:
        n_train, n_val = min(n_train, int(0.5 * problem.most)), min(n_val, max(12, problem.most // 6))
    return replace(
        plan,
        problem=problem,
        n_train=n_train,
        n_val=max(11, n_val),
        settings=replace(
            plan.settings,
            head=head,
            outputs=outputs,
            hidden=_wide(plan, outputs, held_out),
            batch_size=max(plan.settings.batch_size, 32 if n_train > 200 else 1),
        ),
    )


def problem_classes(problem: Problem) -> int:
    """Return how many different answers a finite problem of classes has."""
    return int(problem.draw(problem.most, np.random.default_rng(0))[1].max()) + 1


def _wide(plan: Plan, outputs: int, deeper: bool) -> tuple[int, ...]:
    # What is wrong with the plan may be that it has few units: those keep their number.
    if plan.cause in ("underfit_capacity", "vanishing", "dead_relu"):
        return plan.settings.hidden
    widths = tuple(max(width, min(outputs, 48), 12) for width in plan.settings.hidden)
    return (*widths, widths[-1]) if deeper and widths else widths


def _from(x: np.ndarray, y: np.ndarray) -> Callable[[int, np.random.Generator], Rows]:
    def draw(n: int, rng: np.random.Generator) -> Rows:
        order = rng.permutation(len(y))[:n]
        return _rows(x[order], y[order])

    return draw


def _rows(x: np.ndarray, y: np.ndarray) -> Rows:
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
