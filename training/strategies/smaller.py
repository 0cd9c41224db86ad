"""A variant of `pretrained` on smaller pictures: 160 pixels a side are half of the work of 224, and often as good.

It is framed as at full size, fold by fold, so that nothing but the size differs; where every fold speaks for the same
framing, as most often, features of that one alone are taken. A glance tells beforehand whether it is worth its folds.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from artifact.card import ImageSpec
from training.fitting import mixing
from training.problem.interface import Evaluation, Fitted, Problem
from training.strategies.framing import Framed, Framing, join_folds, thin_out


@dataclass(frozen=True)
class Smaller:
    """A candidate on pictures of `side` pixels.

    Attributes:
        name: As in `Candidate`.
        side: Of the pictures, in pixels.
        full: The same at full size.
        make: Takes the features under a framing, and returns the candidate on a problem's images.
        megabytes: As in `Candidate`.
        work: As in `Candidate`.
        problem: What to learn.
    """

    name: str
    side: int
    full: Framed
    make: Callable[[ImageSpec, Problem], Framing] = field(repr=False)
    megabytes: float
    work: float
    problem: Problem = field(repr=False)

    @property
    def spec(self) -> ImageSpec:
        """The tensor that the network takes, framed as at full size."""
        return self._shrink(self._full.spec)

    def promises(self, first: Framed) -> bool:
        """Return whether images that are left out are told as well as by another candidate at full size.

        It is a glance at no more images than such a choice is made from. Where more are varied, too, it says yes: the
        two would not be told from the same rows.
        """
        images = self.problem
        if len(images.labels) > mixing.ROWS:
            if images.invariant:
                return True
            images = thin_out(images)
        return self.make(self.spec, images).choose().loss <= first.loss

    def evaluate(self) -> Evaluation:
        """Fit on each fold, in the framing that its training images speak for at full size."""
        picked = self._full.picks()
        fits = {spec: self.make(self._shrink(spec), self.problem).cross_fit() for spec in dict.fromkeys(picked)}
        way = self._way
        return join_folds([fits[spec] for spec in picked], self.problem, self._describe(way.describe(way.choose())))

    def finish(self) -> Fitted:
        """Fit on all images."""
        fitted = self._way.finish()
        return dataclasses.replace(fitted, settings=self._describe(fitted.settings))

    @cached_property
    def _full(self) -> Framed:
        return dataclasses.replace(self.full, problem=self.problem)

    @cached_property
    def _way(self) -> Framing:
        return self.make(self.spec, self.problem)

    def _shrink(self, spec: ImageSpec) -> ImageSpec:
        return dataclasses.replace(spec, height=self.side, width=self.side)

    def _describe(self, settings: dict[str, Any]) -> dict[str, Any]:
        framing = self._full.framing["framing"]
        said = (
            f"Pictures of {self.side} pixels a side are as good as those of {self.full.spec.height}, as far as "
            f"{len(self.problem.labels)} images can tell, at {100 * self.work / self.full.work:.0f} % of the work."
        )
        return {**settings, "framing": {**framing, "summary": f"{framing['summary']} {said}"}}
