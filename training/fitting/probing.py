"""A linear head on frozen features, evaluated on every fold; what regularises it is chosen inside each fold.

`training.fitting.mixing` chooses from a fold's training rows alone, `training.fitting.head` then trains the heads of
all folds in one run.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluation.splitting import Fold, count_scored
from training.fitting import head, mixing
from training.fitting.optimizing import Optimizing
from training.fitting.views import Features, measure_spread
from training.problem.interface import Curves, Problem

Floats = NDArray[np.float32]

OPTIMIZING = Optimizing(optimizer="sgd", learning_rate=1.5, momentum=0.9, epochs=60, steps=10)


@dataclass(frozen=True)
class CrossFit:
    """Out-of-fold logits, float64 `[repeats, n]`, and each fold's curves and what was chosen for it."""

    logits: NDArray[np.float64]
    curves: tuple[Curves, ...]
    mixtures: tuple[mixing.Mixture, ...]


@dataclass(frozen=True)
class Finished:
    """A head fitted on all rows: weights for each view, float32 `[d]`, bias, curves, and what was chosen."""

    weights: tuple[Floats, ...]
    bias: float
    curves: Curves
    mixture: mixing.Mixture


@dataclass(frozen=True)
class Probe:
    """A linear head on one or more views of a problem's images.

    Attributes:
        views: Features of the images, float32 `[n, d]` each.
        problem: The images' labels, folds and weights.
        biases: Nats by which each view is favoured beforehand; none by default.
        optimizing: How the head is trained unless the user asks otherwise.
        share: Images over rows, as in `training.fitting.mixing.choose_each`.
    """

    views: tuple[Features, ...]
    problem: Problem
    biases: tuple[float, ...] = ()
    optimizing: Optimizing = OPTIMIZING
    share: float = 1.0

    def evaluate(self) -> CrossFit:
        """Fit on each fold's training rows and score its validation rows."""
        folds = self.problem.folds
        mixtures = self.choose_for_folds()
        chosen = zip(folds, mixtures, strict=True)
        heads = self._fit([self._unit(fold.train, fold.validation, mixture) for fold, mixture in chosen])
        logits = gather(folds, count_scored(folds), heads.logits(self.views).T.astype(np.float64))
        return CrossFit(logits, tuple(heads.history(unit) for unit in range(len(folds))), mixtures)

    def finish(self) -> Finished:
        """Fit on all rows."""
        rows, mixture = np.arange(len(self.problem.labels)), self.choose()
        heads = self._fit([self._unit(rows, rows[:0], mixture)])
        weights = tuple(np.asarray(part[:, 0]) for part in heads.weights)
        return Finished(weights, float(heads.bias[0]), heads.history(0), mixture)

    def choose_for_folds(self) -> tuple[mixing.Mixture, ...]:
        """Choose views and strength from each fold's training rows."""
        return tuple(self._choose([fold.train for fold in self.problem.folds]))

    def choose(self) -> mixing.Mixture:
        """Choose views and strength from all rows, as `finish` does."""
        return self._choose([np.arange(len(self.problem.labels))])[0]

    def settings(self, mixture: mixing.Mixture) -> dict[str, Any]:
        """Return what the head is trained with, for the card and the doctor."""
        optimizing = self.optimizing.override(self.problem.overrides)
        parameters = sum(view.shape[1] for view in self.views) + 1
        l2 = mixture.strength / (2 * len(self.problem.labels))
        return {**asdict(optimizing), "parameters": int(parameters), "l2": l2, "shares": list(mixture.shares)}

    def _choose(self, folds: Sequence[NDArray[np.int64]]) -> list[mixing.Mixture]:
        biases = self.biases or (0.0,) * len(self.views)
        return mixing.choose_each(self.views, biases, self.problem.labels, self.problem.groups, folds, self.share)

    def _unit(self, train: NDArray[np.int64], validation: NDArray[np.int64], mixture: mixing.Mixture) -> head.Unit:
        """Scale each view to unit mean squared length on the training rows, times its share."""
        lengths = [measure_spread(view, train) for view in self.views]
        pairs = zip(mixture.shares, lengths, strict=True)
        scales = tuple(float(np.sqrt(share / max(length, 1e-12))) for share, length in pairs)
        return head.Unit(train, validation, mixture.strength / (2 * len(train)), scales)

    def _fit(self, units: Sequence[head.Unit]) -> head.Heads:
        settings = self.optimizing.override(self.problem.overrides)
        return head.fit(self.views, self.problem.labels, units, settings, self.problem.sample_weights)


def gather(folds: Sequence[Fold], n: int, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put each fold's scores of all images, `[folds, n]`, together to out-of-fold logits, `[repeats, n]`."""
    logits = np.full((max(fold.repeat for fold in folds) + 1, n), np.nan)
    for fold, scored in zip(folds, rows, strict=True):
        logits[fold.repeat, fold.validation] = scored[fold.validation]
    return logits
