"""A candidate that is one Keras network, trained whole on each fold: what `mnist`, `scratch` and `question` offer."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from artifact.card import ImageSpec
from training.evaluation.splitting import Fold
from training.fitting import augmenting, range_test, trainer
from training.fitting.optimizing import Optimizing
from training.fitting.recipe import Data, Recipe, bound
from training.network import keras_work
from training.network.keras_network import KerasNetwork
from training.pixels import load_all
from training.problem.interface import Evaluation, Fitted, Problem

NO_ROWS = np.array([], np.int64)


@dataclass(frozen=True)
class NetworkCandidate:
    """One network for one problem.

    Attributes:
        name: As in `Candidate`.
        spec: The tensor that the network takes.
        problem: What to learn.
        build: Makes the network, as `Fitted` describes it; random weights follow Keras' global seed.
        optimizing: The strategy's own settings, before the user's.
        most_steps: Epochs are cut where one fit would take more steps than this.
        rate_factors: As in `training.fitting.recipe.Recipe`.
        repeats: Repeats of the folds to evaluate on, at most.
        settings: For the card.
    """

    name: str
    spec: ImageSpec
    problem: Problem
    build: Callable[[], keras.Model]
    optimizing: Optimizing
    most_steps: int
    rate_factors: Mapping[str, float] = field(default_factory=dict)
    repeats: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def megabytes(self) -> float:
        """Size of the weights as float32."""
        return float(self._network.count_params()) * 4 / 1e6

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return keras_work.count(self._network)

    def evaluate(self) -> Evaluation:
        """Fit on each fold of the first repeats."""
        folds = first_repeats(self.problem, self.repeats)
        logits, curves = trainer.cross_fit(self._trainer, folds, self.problem.seed, is_lost=self.problem.is_lost)
        return Evaluation(logits, curves, self._card())

    def finish(self) -> Fitted:
        """Fit on all rows."""
        curves = self._trainer.fit(np.arange(len(self.problem.labels)), NO_ROWS, self.problem.seed)
        return Fitted(KerasNetwork(self._network, self.spec), curves, self._card())

    def find_learning_rate(self) -> range_test.RangeTest:
        """Run the learning-rate range test on all rows."""
        rows = np.arange(len(self.problem.labels))
        return range_test.run(self._network, self._data, self._recipe, rows, self.problem.seed)

    @cached_property
    def _network(self) -> keras.Model:
        keras.utils.set_random_seed(self.problem.seed)
        return self.build()

    @cached_property
    def _data(self) -> Data:
        pixels = load_all(self.problem.samples, self.spec)
        return Data(pixels, self.problem.labels, self.problem.sample_weights)

    @cached_property
    def _recipe(self) -> Recipe:
        own = bound(self.optimizing, len(self.problem.labels), self.most_steps)
        settings = own.override(self.problem.overrides)
        return Recipe(settings, self.rate_factors, augmenting.build(self.problem.invariant))

    @cached_property
    def _trainer(self) -> trainer.Trainer:
        return trainer.Trainer(self._network, self._data, self._recipe)

    def _card(self) -> dict[str, Any]:
        return {
            **asdict(self._recipe.optimizing),
            "parameters": int(self._network.count_params()),
            "invariant": sorted(self.problem.invariant),
            **self.settings,
        }


def first_repeats(problem: Problem, repeats: int) -> tuple[Fold, ...]:
    """Return the folds of the first repeats."""
    return tuple(fold for fold in problem.folds if fold.repeat < repeats)
