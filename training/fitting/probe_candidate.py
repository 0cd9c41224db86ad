"""A candidate that is a linear head on what one frozen network says of each image: what `edges` and others offer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifact.card import ImageSpec
from training.fitting import invariance_trial, variations
from training.fitting.invariance_trial import Brought
from training.fitting.mixing import Mixture
from training.fitting.probing import CrossFit, Finished, Probe
from training.network.interface import Network
from training.problem.interface import Evaluation, Fitted, Problem


@dataclass(frozen=True)
class Described:
    """A frozen network, and how a head is put on it.

    Attributes:
        name: As in `Candidate`.
        network: Gives the `features` that the head is on.
        join: Returns the whole network with a fitted head.
        megabytes: Of the whole network, about.
        knows_kinds: As in `Fitted`.
        settings: For the card.
    """

    name: str
    network: Network
    join: Callable[[Finished], Network]
    megabytes: float
    knows_kinds: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeCandidate:
    """A head on the features of each image, and of its variations after all images, float32 `[rows, d]`."""

    described: Described
    features: NDArray[np.float32]
    problem: Problem
    brought: tuple[Brought, ...] = ()

    @property
    def name(self) -> str:
        """As in `Candidate`."""
        return self.described.name

    @property
    def spec(self) -> ImageSpec:
        """The tensor that the network takes."""
        return self.described.network.spec

    @property
    def megabytes(self) -> float:
        """Size of the whole network, about."""
        return self.described.megabytes

    def evaluate(self) -> Evaluation:
        """Fit a head on each fold; how strongly to regularise is chosen inside it."""
        found = self.cross_fit()
        return Evaluation(found.logits, found.curves, self.describe(found.mixtures[0]))

    def cross_fit(self) -> CrossFit:
        """Fit on each fold and score its validation rows."""
        return self._probe.evaluate()

    def choose(self) -> Mixture:
        """Choose how strongly to regularise from all rows."""
        return self._probe.choose()

    def finish(self) -> Fitted:
        """Fit the head on all images."""
        head = self._probe.finish()
        network, features = self.described.join(head), self.features[: len(self.problem.labels)]
        return Fitted(network, head.curves, self.describe(head.mixture), features, self.described.knows_kinds)

    @cached_property
    def _probe(self) -> Probe:
        return variations.probe((self.features,), self.problem, self.spec)

    def describe(self, mixture: Mixture) -> dict[str, Any]:
        """Return the settings, for the card."""
        tried = invariance_trial.settings(self.problem, self.brought)
        return {**self._probe.settings(mixture), **tried, **self.described.settings}


def candidates(described: Described, problem: Problem) -> Sequence[ProbeCandidate]:
    """Extract the features, try what the label was declared not to depend on, and return the one candidate."""
    features = variations.extract(described.network, problem, described.network.spec)

    def build(one: Problem, brought: tuple[Brought, ...] = ()) -> ProbeCandidate:
        return ProbeCandidate(described, features(one), one, brought)

    trial = invariance_trial.run(problem, lambda one: build(one).evaluate().logits)
    return [build(trial.problem, trial.brought)]
