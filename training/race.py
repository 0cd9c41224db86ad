"""Whether to go on with a candidate, asked after each of its folds: what can no longer win is stopped.

What is trained fold by fold races against the heads (`strategies.HEADS`), which are evaluated first, here or elsewhere.
A candidate wins by a lower log loss than the reference's, or by its size where it is as good (`evaluation.choosing`).
It is lost once the images scored so far have brought it beyond that even if every other image were told for sure, or
once all but chance has: what its excess will be in the end lies about what it is now, with the error of a mean over the
part of the images that is still to come. Either way its scores are first calibrated on the very images that they are
compared on, which flatters it. Calibration and choice of the others are as without it: a candidate that is stopped
would hardly ever have been chosen.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.evaluation import calibration, choosing, comparing, scores
from training.evaluation.choosing import Scored
from training.evaluation.groups import Groups
from training.problem.interface import Evaluation

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

SURELY, SPARED = 3.0, 1.0
"""Standard errors of what is still to come that are granted to a candidate, and those of the final excess that it must
have to spare, of the two that a choice by size asks for."""
FLATTERY = 0.01
"""Of the prior of that calibration, which only keeps its numbers finite."""
LEAST = 10
"""Groups that this is told from at least."""


@dataclass(frozen=True)
class Stopped:
    """A candidate that was not evaluated to the end.

    Attributes:
        name: Its name; that of its strategy where no candidate of it was begun.
        why: In words.
    """

    name: str
    why: str


@dataclass
class Race:
    """The heads that were evaluated, and the time that there is.

    Attributes:
        labels: 0 or 1, `[n]`.
        groups: What each image belongs to.
        until: When no more is to be begun, by `clock`; None for no such time.
        stops: Whether what is lost is stopped.
        clock: Seconds that only grow.
        elsewhere: Waits for the heads that others evaluate, and returns them; called once, when they are needed.
    """

    labels: Labels
    groups: Groups
    until: float | None = None
    stops: bool = True
    clock: Callable[[], float] = time.monotonic
    elsewhere: Callable[[], Sequence[Scored]] = tuple
    _heads: list[Scored] = field(default_factory=list)
    _can_publish: bool = False

    @property
    def may_stop(self) -> bool:
        """Whether any candidate may be stopped."""
        return self.stops or self.until is not None

    def enter(self, finished: Scored, is_head: bool) -> None:
        """Add a candidate that was evaluated to the end."""
        self._can_publish = self._can_publish or finished.choosable
        if is_head and finished.choosable:
            self._heads.append(finished)

    def would_win(self, finished: Scored) -> bool:
        """Return whether a candidate would be chosen among the heads and itself."""
        self._leader()  # those that are evaluated elsewhere count, too
        rivals = [*self._heads, finished]
        return finished.choosable and choosing.choose(rivals, self.labels, self.groups) == len(self._heads)

    def is_over(self) -> bool:
        """Return whether the time is up, and something can be published."""
        return self._can_publish and self.until is not None and self.clock() >= self.until

    def is_lost(self, logits: Floats) -> bool:
        """Return whether to stop a candidate; its out-of-fold logits, `[repeats, n]`, are NaN where none are yet."""
        if np.isnan(logits).any() and self.is_over():
            return True
        return self.stops and self._is_behind(logits)

    def describe(self, name: str, evaluation: Evaluation) -> Stopped:
        """Say why a candidate was stopped."""
        logits = evaluation.logits
        count = f"after {np.isfinite(logits).sum():,} of {logits.size:,} scores"
        if self.is_over() and not (self.stops and self._is_behind(logits)):
            return Stopped(name, f"The time was up {count}.")
        rows, losses = self._measure(logits)
        leader = self._leader()
        assert leader is not None
        theirs = scores.log_losses(leader.logits, self.labels)[rows].mean()
        said = f"a log loss of {losses.mean():.2f} at best, where {leader.name} has {theirs:.2f} on the same images"
        when = "even with an encoder that had seen every image" if evaluation.flattered else f"any more {count}"
        return Stopped(name, f"It could not win {when}: {said}.")

    def _leader(self) -> Scored | None:
        """Return the reference among the heads; None without any."""
        self._heads += self.elsewhere()
        self.elsewhere = tuple
        return self._heads[choosing.refer(self._heads, self.labels, self.groups)] if self._heads else None

    def _is_behind(self, logits: Floats) -> bool:
        leader = self._leader()
        if leader is None:
            return False
        rows, losses = self._measure(logits)
        theirs = scores.log_losses(leader.logits, self.labels)
        allowed = choosing.margin(float(theirs.mean()))
        if losses.sum() / logits.size > theirs.mean() + allowed:
            return True
        groups = self.groups[rows]
        if groups.count < LEAST:
            return False
        pair = np.stack([theirs[rows], losses], axis=1)
        excess, error = comparing.weigh_cautiously(pair, 0, groups, np.ones(groups.count))
        seen = len(losses) / logits.size
        luck = SURELY * np.sqrt(1 - seen) - SPARED * np.sqrt(seen)
        return bool(excess[1] - luck * error[1] > allowed)

    def _measure(self, logits: Floats) -> tuple[Labels, Floats]:
        """Return the image of each score that there is, and its loss once they are calibrated on themselves."""
        repeats, rows = np.nonzero(np.isfinite(logits))
        given, labels = logits[repeats, rows][None], self.labels[rows]
        flattered = calibration.apply(given, calibration.fit(given, labels, Groups.alone(len(rows)), FLATTERY))
        return rows, scores.log_losses(flattered, labels)
