"""What an engine is given, and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from training.diagnosis.mending import Mended
from training.evaluation.choosing import Scored
from training.problem.interface import Problem
from training.progress import Stages
from training.race import Stopped


@dataclass(frozen=True)
class Entry:
    """One candidate: its out-of-fold results and attempts, its calibrated scores, and the seconds that it took."""

    mended: Mended
    scored: Scored
    seconds: float


@dataclass(frozen=True)
class Tried:
    """What came of one strategy: its candidates, those that could not be trained, and those that were stopped."""

    entries: tuple[Entry, ...]
    failed: dict[str, str]
    stopped: tuple[Stopped, ...] = ()


class Engine(Protocol):
    """Tries strategies."""

    def __call__(self, names: Sequence[str], problem: Problem, stages: Stages, mend: bool) -> Sequence[Tried]:
        """Return what came of each strategy, in the order of the names; raises `TrainingError`."""
        ...
