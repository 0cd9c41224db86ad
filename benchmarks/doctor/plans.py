"""A plan says everything about one run before it is made; `rows_of` draws its data."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from benchmarks.doctor.network import Settings
from benchmarks.doctor.problems import Problem, Rows

TEST_ROWS = 400


@dataclass(frozen=True)
class Shift:
    """How the validation rows differ from the training rows."""

    kind: str = "none"  # offset, noise, scale, mixed, flipped
    strength: float = 0.0


@dataclass(frozen=True)
class Plan:
    """One run: what is learned, from how many rows, how, and what is wrong with it."""

    cause: str
    problem: Problem
    n_train: int
    n_val: int
    epochs: int
    settings: Settings = field(default_factory=Settings)
    rare_share: float = 0.5  # of class 1
    wrong_labels: float = 0.0
    wrong_validation_labels: bool = True
    shift: Shift = Shift()
    input_scale: float = 1.0
    stale: bool = False
    patience: int | None = None


@dataclass(frozen=True)
class Data:
    """Rows for training and validation, and fresh rows like each of them."""

    train: Rows
    validation: Rows
    test: Rows
    shifted_test: Rows


def rows_of(plan: Plan, rng: np.random.Generator) -> Data:
    """Draw disjoint rows; class shares and wrong labels are the same in fresh rows as in the rows they stand for."""
    parts = _split(plan, rng)
    most = plan.settings.outputs - 1 if plan.settings.head == "classes" else 1
    train, validation, test, shifted = (_labelled(part, plan.wrong_labels, rng, most) for part in parts)
    if not plan.wrong_validation_labels:
        validation, shifted = parts[1], parts[3]
    seed = int(rng.integers(2**31))
    validation, shifted = (_shifted(rows, plan.shift, np.random.default_rng(seed)) for rows in (validation, shifted))
    scaled = [(x * np.float32(plan.input_scale), y) for x, y in (train, validation, test, shifted)]
    return Data(*scaled)


def _split(plan: Plan, rng: np.random.Generator) -> list[Rows]:
    sizes = [plan.n_train, plan.n_val, TEST_ROWS, TEST_ROWS]
    if plan.problem.most < 10**9:
        fresh = plan.problem.most - plan.n_train - plan.n_val
        sizes[2:] = [min(TEST_ROWS, fresh // 2)] * 2
    if plan.settings.head != "binary":
        return _split_anyhow(plan, sizes, rng)
    share = plan.rare_share
    wanted = [(n - max(1, round(n * share)), max(1, round(n * share))) for n in sizes]
    pool = plan.problem.draw(min(plan.problem.most, _enough(wanted)), rng)
    classes = [np.flatnonzero(pool[1] == label) for label in (0, 1)]
    rows, used = [], [0, 0]
    for counts in wanted:
        chosen = [classes[c][used[c] : used[c] + counts[c]] for c in (0, 1)]
        used = [used[c] + counts[c] for c in (0, 1)]
        order = rng.permutation(np.concatenate(chosen))
        if not all(len(part) for part in chosen):
            raise ValueError("the problem has too few rows of one class for this plan")
        rows.append((pool[0][order], pool[1][order]))
    return rows


def _split_anyhow(plan: Plan, sizes: list[int], rng: np.random.Generator) -> list[Rows]:
    """Split at random; of several classes the first is as common as a plan with a rare class wants it."""
    x, y = plan.problem.draw(min(plan.problem.most, 4 * sum(sizes)), rng)
    if plan.settings.head == "classes" and plan.rare_share < 0.5:
        common = np.mean(y == 0)
        kept = rng.random(len(y)) < np.where(
            y == 0, 1, plan.rare_share * common / ((1 - plan.rare_share) * (1 - common))
        )
        x, y = x[kept], y[kept]
    if len(y) < sum(sizes[:2]) + 60:
        raise ValueError("the problem has too few rows for this plan")
    sizes[2:] = [min(TEST_ROWS, (len(y) - sum(sizes[:2])) // 2)] * 2
    ends = np.cumsum([0, *sizes])
    return [(x[start:end], y[start:end]) for start, end in pairwise(ends)]


def _enough(wanted: list[tuple[int, int]]) -> int:
    return int(2.6 * max(sum(n for n, _ in wanted), sum(n for _, n in wanted))) + 40


def _labelled(rows: Rows, wrong: float, rng: np.random.Generator, most: int = 1) -> Rows:
    x, y = rows
    flipped = rng.random(len(y)) < wrong
    if not flipped.any():
        return rows
    if most > 1:
        other = (y + rng.integers(1, most + 1, len(y))) % (most + 1)
        return x, np.where(flipped, other, y).astype(np.float32)
    return x, np.where(flipped, 1 - y, y).astype(np.float32)


def _shifted(rows: Rows, shift: Shift, rng: np.random.Generator) -> Rows:
    x, y = rows
    width, strength = x.shape[1], np.float32(shift.strength)
    deviation = np.float32(x.std() + 1e-6)
    direction = rng.normal(size=(width,)).astype(np.float32) * deviation
    mixing = np.linalg.qr(rng.normal(size=(width, width)))[0].astype(np.float32)
    noise = np.random.default_rng(len(y)).normal(size=x.shape).astype(np.float32) * deviation
    lost = rng.random(width) < min(shift.strength, 0.9)
    changed = {
        "none": x,
        "offset": x + strength * direction,
        "noise": x + strength * noise,
        "scale": x * (1 + strength),
        "mixed": (1 - strength) * x + strength * x @ mixing,
        "lost": np.where(lost, np.float32(0), x),
    }[shift.kind]
    return changed.astype(np.float32), y
