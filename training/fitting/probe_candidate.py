"""A candidate that is a linear head on what one frozen network says of each image: what `edges` and others offer."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


class HeadOnFeatures(ABC):
    """What every candidate does that is a linear head on frozen features, whatever gave them."""

    @property
    @abstractmethod
    def knows_kinds(self) -> bool:
        """As in `Fitted`."""

    @abstractmethod
    def probe(self) -> Probe:
        """Return the head's view of the features; of many images it is large, so it is not kept beside them."""

    @abstractmethod
    def describe(self, mixture: Mixture) -> dict[str, Any]:
        """Return the settings, for the card."""

    @abstractmethod
    def join(self, head: Finished) -> tuple[Network, NDArray[np.float32]]:
        """Return the whole network with a fitted head, and its `features` for the images."""

    def evaluate(self) -> Evaluation:
        """Fit a head on each fold; how strongly to regularise is chosen inside it."""
        found = self.cross_fit()
        return Evaluation(found.logits, found.curves, self.describe(found.mixtures[0]))

    def cross_fit(self) -> CrossFit:
        """Fit on each fold and score its validation rows."""
        return self.probe().evaluate()

    def choose_for_folds(self) -> tuple[Mixture, ...]:
        """Choose as `choose` does, from each fold's training rows."""
        return self.probe().choose_for_folds()

    def choose(self) -> Mixture:
        """Choose how strongly to regularise, and how much each view counts, from all rows."""
        return self.probe().choose()

    def finish(self) -> Fitted:
        """Fit the head on all images."""
        head = self.probe().finish()
        network, features = self.join(head)
        return Fitted(network, head.curves, self.describe(head.mixture), features, self.knows_kinds)


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
        work: As in `Candidate`, of the whole network.
    """

    name: str
    network: Network
    join: Callable[[Finished], Network]
    megabytes: float
    knows_kinds: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    work: float = 0.0


@dataclass(frozen=True)
class ProbeCandidate(HeadOnFeatures):
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

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return self.described.work

    @property
    def knows_kinds(self) -> bool:
        """As in `Fitted`."""
        return self.described.knows_kinds

    def probe(self) -> Probe:
        """Return the head's view of the features."""
        return variations.probe((self.features,), self.problem, self.spec)

    def describe(self, mixture: Mixture) -> dict[str, Any]:
        """Return the settings, for the card."""
        tried = invariance_trial.settings(self.problem, self.brought)
        return {**self.probe().settings(mixture), **tried, **self.described.settings}

    def join(self, head: Finished) -> tuple[Network, NDArray[np.float32]]:
        """Put the head on the network."""
        return self.described.join(head), self.features[: len(self.problem.labels)]


def candidates(described: Described, problem: Problem) -> Sequence[ProbeCandidate]:
    """Extract the features, try what the label was declared not to depend on, and return the one candidate."""
    features = variations.extract(described.network, problem, described.network.spec)

    def build(one: Problem, brought: tuple[Brought, ...] = ()) -> ProbeCandidate:
        return ProbeCandidate(described, features(one), one, brought)

    trial = invariance_trial.run(problem, lambda one: build(one).evaluate().logits)
    return [build(trial.problem, trial.brought)]
