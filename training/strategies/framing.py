"""What of a picture is shown to the network: its middle, as the backbone was trained, or the whole of it, squeezed.

In some pictures the subject fills the middle, and the edge distracts; in others what matters lies at the edge, as a
defect or a car in a strip does. Each framing is a candidate of its own with the same features and head; which one is
used is told by leaving images out, inside every fold, so that the cross-validation pays for the choice.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from artifact.card import ImageSpec
from training.fitting import mixing
from training.fitting.probing import CrossFit, gather
from training.problem.interface import Evaluation, Fitted, Problem

SENTENCES = {
    "crop": "The middle of the picture is used: its edges do not help here.",
    "stretch": "The whole picture is used, squeezed to a square: its edges matter here.",
}
"""For the report, by `ImageSpec.fit`."""
UNSURE = "The whole picture is used, squeezed to a square: whether its edges matter, these images hardly tell."
"""Where the middle does nearly as well."""
STRONG = 3.0
"""Nats by which one has to be ahead in all to be strong evidence (Kass and Raftery 1995, "Bayes Factors")."""


class Framing(Protocol):
    """A candidate under one framing: a frozen dataclass with `problem` among its fields."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @property
    def spec(self) -> ImageSpec:
        """The framing."""
        ...

    @property
    def problem(self) -> Problem:
        """What it learns from."""
        ...

    @property
    def name(self) -> str:
        """The candidate's name, whatever the framing."""
        ...

    @property
    def megabytes(self) -> float:
        """Size of its network file, about."""
        ...

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        ...

    def choose_for_folds(self) -> tuple[mixing.Mixture, ...]:
        """Choose as `choose` does, from each fold's training rows."""
        ...

    def cross_fit(self) -> CrossFit:
        """Fit on each fold and score its validation rows; what was chosen for a fold says its loss."""
        ...

    def choose(self) -> mixing.Mixture:
        """Choose views and strength from all rows; the loss says how well left-out images are told."""
        ...

    def finish(self) -> Fitted:
        """Fit on all rows."""
        ...

    def describe(self, mixture: mixing.Mixture) -> dict[str, Any]:
        """Return the settings for the card."""
        ...


def specs(spec: ImageSpec) -> tuple[ImageSpec, ...]:
    """Return the framings of an input: as given, and the whole picture."""
    whole = ImageSpec(spec.height, spec.width, spec.color)
    return (spec,) if spec == whole else (spec, whole)


def shortlist(
    choices: Sequence[ImageSpec], problem: Problem, make: Callable[[ImageSpec, Problem], Framing]
) -> Sequence[ImageSpec]:
    """Return the framings to try on all images.

    Of more images than a choice is made from, that many are framed in each way beforehand, and one way is left: a
    choice of two from hundreds of images is hardly luck, and features of thousands are dear.
    """
    if len(problem.labels) <= mixing.ROWS or len(choices) == 1:
        return choices
    some = thin_out(problem)
    losses = [make(spec, some).choose().loss for spec in choices]
    return [choices[int(np.argmin(losses))]]


def thin_out(problem: Problem) -> Problem:
    """Return the problem of as many images as a choice is made from, evenly drawn, as they are; without folds."""
    n = len(problem.labels)
    rows = np.linspace(0, n - 1, min(n, mixing.ROWS)).astype(np.int64)
    return dataclasses.replace(problem.part(rows), invariant=frozenset(), advance=lambda: None)


@dataclass(frozen=True)
class Framed:
    """A candidate that is framed in one of several ways; the first is kept where they do as well."""

    framings: tuple[Framing, ...]
    problem: Problem = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the candidate, whatever the framing."""
        return self.framings[0].name

    @property
    def megabytes(self) -> float:
        """Size of its network file, about."""
        return self.framings[0].megabytes

    @property
    def work(self) -> float:
        """As in `Candidate`."""
        return self.framings[0].work

    @property
    def spec(self) -> ImageSpec:
        """The tensor that the network takes, framed as is best for all images."""
        return self._ways[self._best].spec

    @property
    def loss(self) -> float:
        """How well left-out images are told in that framing, as `Mixture` has it."""
        return self._mixtures[self._best].loss

    def evaluate(self) -> Evaluation:
        """Fit each framing on each fold; of a fold, the one counts that its training images speak for."""
        picked = self._picked()
        fits = {way: self._ways[way].cross_fit() for way in dict.fromkeys(picked)}  # mostly one is for all folds
        return join_folds([fits[way] for way in picked], self.problem, self._describe())

    def picks(self) -> list[ImageSpec]:
        """Return of each fold the framing that its training images speak for."""
        return [self._ways[way].spec for way in self._picked()]

    def finish(self) -> Fitted:
        """Fit the framing that is best for all images."""
        fitted = self._ways[self._best].finish()
        return dataclasses.replace(fitted, settings={**fitted.settings, **self.framing})

    def _picked(self) -> list[int]:
        return _pick([way.choose_for_folds() for way in self._ways])

    @cached_property
    def _ways(self) -> tuple[Framing, ...]:
        """The framings, of this candidate's problem."""
        return tuple(dataclasses.replace(one, problem=self.problem) for one in self.framings)

    @cached_property
    def _mixtures(self) -> list[mixing.Mixture]:
        return [way.choose() for way in self._ways]

    @cached_property
    def _best(self) -> int:
        return int(np.argmin([mixture.loss for mixture in self._mixtures]))

    @property
    def framing(self) -> dict[str, Any]:
        """The framing and how well each does, for the card."""
        images = len(self.problem.labels)
        losses = [mixture.loss / min(images, mixing.ROWS) for mixture in self._mixtures]
        tried = [{"fit": way.spec.fit, "log_loss": loss} for way, loss in zip(self._ways, losses, strict=True)]
        return {"framing": {"fit": self.spec.fit, "summary": self._summary, "tried": tried}}

    @property
    def _summary(self) -> str:
        best, *others = sorted(mixture.loss for mixture in self._mixtures)
        unsure = self.spec.fit == "stretch" and bool(others) and others[0] - best < STRONG
        return UNSURE if unsure else SENTENCES[self.spec.fit]

    def _describe(self) -> dict[str, Any]:
        return {**self._ways[self._best].describe(self._mixtures[self._best]), **self.framing}


def join_folds(fits: Sequence[CrossFit], problem: Problem, settings: dict[str, Any]) -> Evaluation:
    """Return what came of a problem's folds, each in a framing of its own."""
    rows = np.stack([fit.logits[fold.repeat] for fit, fold in zip(fits, problem.folds, strict=True)])
    curves = tuple(fit.curves[number] for number, fit in enumerate(fits))
    return Evaluation(gather(problem.folds, fits[0].logits.shape[1], rows), curves, settings)


def _pick(mixtures: Sequence[Sequence[mixing.Mixture]]) -> list[int]:
    """Return of each fold the framing, each of which has a row, in which images that are left out are told best."""
    losses = np.array([[mixture.loss for mixture in way] for way in mixtures])
    return [int(way) for way in losses.argmin(axis=0)]
