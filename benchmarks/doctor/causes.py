"""What may happen to a run: one function a cause, each drawing a plan from wide ranges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.doctor import problems
from benchmarks.doctor.network import Settings
from benchmarks.doctor.plans import Plan
from benchmarks.doctor.problems import Problem

Rng = np.random.Generator
Cause = Callable[[Rng], Plan]
_LEAST_FRESH = 60


def spread(rng: Rng, low: float, high: float) -> float:
    """Draw evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def whole(rng: Rng, low: int, high: int) -> int:
    """Draw a whole number, evenly on a logarithmic scale."""
    return round(spread(rng, low, high))


def easy(rng: Rng) -> Problem:
    """Draw a problem that a modest network solves."""
    kind = rng.choice(["blobs", "digits", "digits", "clusters", "faces", "rings"], p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    if kind == "blobs":
        return problems.blobs(rng, rng.uniform(3.4, 7.0))
    if kind == "clusters":
        return problems.clusters(rng, int(rng.integers(1, 3)), rng.uniform(0.2, 0.5))
    return {"digits": problems.digits, "faces": problems.faces, "rings": problems.rings}[str(kind)](rng)


def hard(rng: Rng) -> Problem:
    """Draw a problem on which a few dozen rows are not enough."""
    kind = rng.integers(0, 5)
    if kind == 0:
        return problems.blobs(rng, rng.uniform(1.0, 2.6))
    if kind == 1:
        return problems.clusters(rng, int(rng.integers(3, 7)), rng.uniform(0.5, 1.0))
    if kind == 2:
        return problems.teacher(rng, spread(rng, 2, 12))
    return problems.exclusive_or(rng) if kind == 3 else problems.digits(rng)


def curved(rng: Rng) -> Problem:
    """Draw a problem that no linear model solves."""
    kind = rng.integers(0, 3)
    if kind == 2:
        return problems.clusters(rng, int(rng.integers(2, 5)), rng.uniform(0.2, 0.6))
    return problems.rings(rng) if kind == 1 else problems.exclusive_or(rng)


def sane(rng: Rng) -> Settings:
    """Draw settings with which training normally goes well."""
    optimizer = str(rng.choice(["adam", "rmsprop", "sgd", "sgd_momentum"], p=[0.55, 0.15, 0.12, 0.18]))
    rates = {"adam": (6e-4, 8e-3), "rmsprop": (5e-4, 5e-3), "sgd": (0.03, 0.3), "sgd_momentum": (4e-3, 3e-2)}
    widths = (whole(rng, 6, 80),) if rng.random() < 0.65 else (whole(rng, 8, 64), whole(rng, 6, 48))
    return Settings(
        hidden=widths,
        activation="relu" if rng.random() < 0.75 else "tanh",
        dropout=float(rng.choice([0.0, 0.0, 0.0, 0.1, 0.3])),
        l2=float(rng.choice([0.0, 0.0, 0.0, 1e-5, 1e-4])),
        optimizer=optimizer,
        learning_rate=spread(rng, *rates[optimizer]),
        batch_size=int(rng.choice([4, 8, 8, 16, 16, 32, 32])),
        clipped_loss=bool(rng.random() < 0.3),
        noise=float(rng.choice([0.0, 0.0, 0.0, 0.1, 0.3])),
    )


def base(rng: Rng, cause: str, problem: Problem | None = None) -> Plan:
    """Draw a plan in which nothing is wrong."""
    problem = problem or easy(rng)
    n_train, n_val = whole(rng, 60, 480), whole(rng, 11, 130)
    if problem.most < 10**6:
        n_train = min(n_train, int(0.45 * problem.most))
        n_val = min(n_val, max(5, (problem.most - n_train - _LEAST_FRESH) // 2))
    return Plan(cause, problem, n_train, n_val, whole(rng, 12, 60), sane(rng))


def change(plan: Plan, **settings: Any) -> Plan:
    """Return the plan with other training settings."""
    return replace(plan, settings=replace(plan.settings, **settings))
