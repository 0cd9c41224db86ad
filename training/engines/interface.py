"""What an engine is given, and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from training.problem.interface import Problem
from training.progress import Stages
from training.race import Stopped
from training.result import CandidateResult


@dataclass(frozen=True)
class Tried:
    """What came of one strategy: its candidates, those that could not be trained, and those that were stopped."""

    results: tuple[CandidateResult, ...]
    failed: dict[str, str]
    stopped: tuple[Stopped, ...] = ()


class Engine(Protocol):
    """Tries strategies."""

    def __call__(self, names: Sequence[str], problem: Problem, stages: Stages, mend: bool) -> Sequence[Tried]:
        """Return what came of each strategy, in the order of the names; raises `TrainingError`."""
        ...
