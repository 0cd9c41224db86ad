"""A linear head on frozen features, evaluated on every fold, its regularisation chosen inside each fold.

For each fold and each strength of regularisation, an inner cross-validation on the fold's own training rows gives a log
loss; the strength is chosen from that, never from the validation rows. All of it is two runs of `training.head.fit`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training import head, scores
from training.optimizing import Optimizing
from training.splitting import Fold, split
from training.strategies.interface import Curves, Problem

Floats = NDArray[np.float32]

STRENGTHS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)
"""Candidates for the factor of the squared weights in the loss, on features of unit mean squared length."""
INNER_FOLDS = 5
INNER_REPEATS = 3
INNER_IMAGES = 200
"""The inner cross-validation is repeated while it has fewer images than this, at most `INNER_REPEATS` times."""
FALLBACK_STRENGTH = 0.1
"""Where a class has too few images to choose by."""
OPTIMIZING = Optimizing(optimizer="adam", learning_rate=0.3, epochs=300)


@dataclass(frozen=True)
class Scaling:
    """Centre the features and divide them by one common factor, which keeps their relative importance.

    Scaling each feature by itself would blow up the many that are almost constant on a few images.
    """

    mean: Floats
    factor: float

    @classmethod
    def fit(cls, features: Floats) -> "Scaling":
        """Fit the centre and the root mean squared length on features, float32 `[n, d]`."""
        mean = features.mean(axis=0, dtype=np.float64)
        length = float(np.sqrt(((features - mean) ** 2).sum(axis=1).mean()))
        return cls(mean.astype(np.float32), length if length > 0 else 1.0)

    def apply(self, features: Floats) -> Floats:
        """Return the scaled features."""
        return np.asarray((features - self.mean) / np.float32(self.factor), dtype=np.float32)

    def unapply(self, weights: Floats, bias: float) -> tuple[Floats, float]:
        """Return weights `[d]` and bias that give, on unscaled features, what these give on scaled ones."""
        plain = weights / np.float32(self.factor)
        return plain, bias - float(plain.astype(np.float64) @ self.mean.astype(np.float64))


@dataclass(frozen=True)
class Probe:
    """A linear head on one matrix of features, for one problem."""

    features: Floats
    problem: Problem
    optimizing: Optimizing = OPTIMIZING

    def evaluate(self) -> tuple[NDArray[np.float64], tuple[Curves, ...], list[float]]:
        """Return out-of-fold logits `[repeats, n]`, each fold's curves, and each fold's strength."""
        folds = self.problem.folds
        strengths = self._choose_strengths([fold.train for fold in folds])
        units = [
            head.Unit(fold.train, fold.validation, strength) for fold, strength in zip(folds, strengths, strict=True)
        ]
        heads, scaled = self._fit(units)
        logits = gather(folds, len(self.features), heads.logits(scaled).T.astype(np.float64))
        return logits, tuple(heads.history(unit) for unit in range(len(units))), strengths

    def finish(self) -> tuple[Floats, float, Curves, float]:
        """Fit on all rows; return weights `[d]` and bias for unscaled features, the curves, and the strength."""
        rows = np.arange(len(self.features))
        strength = self._choose_strengths([rows])[0]
        heads, _ = self._fit([head.Unit(rows, rows[:0], strength)])
        weights, bias = Scaling.fit(self.features).unapply(heads.weights[:, 0], float(heads.bias[0]))
        return weights, bias, heads.history(0), strength

    def settings(self) -> dict[str, Any]:
        """Return what the head is trained with, for the card and the doctor."""
        optimizing = self.optimizing.override(self.problem.overrides)
        return {**asdict(optimizing), "parameters": int(self.features.shape[1]) + 1}

    def _fit(self, units: Sequence[head.Unit]) -> tuple[head.Heads, Floats]:
        scaled = Scaling.fit(self.features).apply(self.features)
        settings = self.optimizing.override(self.problem.overrides)
        return head.fit(scaled, self.problem.labels, units, settings, self.problem.sample_weights), scaled

    def _choose_strengths(self, fits: Sequence[NDArray[np.int64]]) -> list[float]:
        """Return, for each set of rows, the strength with the least inner log loss."""
        inner = [self._split(rows) for rows in fits]
        units = [
            head.Unit(train, held_out, strength)
            for pairs in inner
            for strength in STRENGTHS
            for train, held_out in pairs
        ]
        if not units:
            return [FALLBACK_STRENGTH] * len(fits)
        heads, scaled = self._fit(units)
        logits = heads.logits(scaled).astype(np.float64)
        losses = iter(
            scores.log_losses(logits[None, unit.validation, column], self.problem.labels[unit.validation]).sum()
            for column, unit in enumerate(units)
        )
        chosen = []
        for pairs in inner:
            table = [[next(losses) for _ in pairs] for _ in STRENGTHS]
            chosen.append(STRENGTHS[int(np.argmin(np.sum(table, axis=1)))] if pairs else FALLBACK_STRENGTH)
        return chosen

    def _split(self, rows: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Split the rows for the inner cross-validation; none where a class has one group only."""
        labels, groups = self.problem.labels[rows], self.problem.groups[rows]
        if min(len(np.unique(groups[labels == label])) for label in (0, 1)) < 2:
            return []
        repeats = max(1, INNER_IMAGES // len(rows))
        folds = split(labels, groups, INNER_FOLDS, min(repeats, INNER_REPEATS), self.problem.seed)
        return [(rows[fold.train], rows[fold.validation]) for fold in folds]


def gather(folds: Sequence[Fold], n: int, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put each fold's scores of all images, `[folds, n]`, together to out-of-fold logits, `[repeats, n]`."""
    logits = np.full((max(fold.repeat for fold in folds) + 1, n), np.nan)
    for fold, scored in zip(folds, rows, strict=True):
        logits[fold.repeat, fold.validation] = scored[fold.validation]
    return logits
