"""A candidate that was evaluated in another process: its account travels, and its networks stay behind.

Networks are compiled for the process that made them and do not travel well. The one candidate that is chosen is
prepared once more where the model is published; seeds are fixed, so it is the same.
"""

from dataclasses import dataclass
from functools import cached_property

from artifact.card import ImageSpec
from training import strategies
from training.diagnosis.mending import Attempt, Mended
from training.engines.interface import Entry, Tried
from training.evaluation.choosing import Scored
from training.problem.interface import Candidate, Evaluation, Fitted, Problem, with_overrides
from training.problem.overrides import Overrides


@dataclass(frozen=True)
class Distant:
    """A candidate by name: of which strategy, and with which overrides it was kept; what it learns from is at hand."""

    strategy: str
    name: str
    spec: ImageSpec
    megabytes: float
    overrides: Overrides
    problem: Problem

    def evaluate(self) -> Evaluation:
        """Evaluate it anew, here."""
        return self._near.evaluate()

    def finish(self) -> Fitted:
        """Prepare it here, and fit it on all rows."""
        return self._near.finish()

    @cached_property
    def _near(self) -> Candidate:
        prepared = strategies.load(self.strategy).candidates(self.problem)
        found = next(candidate for candidate in prepared if candidate.name == self.name)
        return found if found.problem.overrides == self.overrides else with_overrides(found, self.overrides)


@dataclass(frozen=True)
class Account:
    """What travels of one entry."""

    spec: ImageSpec
    overrides: Overrides
    attempts: tuple[Attempt, ...]
    kept: int
    scored: Scored
    seconds: float


def describe(entry: Entry) -> Account:
    """Return the account of an entry, without its candidate."""
    candidate, one = entry.mended.candidate, entry.mended
    return Account(candidate.spec, candidate.problem.overrides, one.attempts, one.kept, entry.scored, entry.seconds)


def receive(strategy: str, problem: Problem, accounts: tuple[Account, ...], failed: dict[str, str]) -> Tried:
    """Return what came of a strategy, with candidates that can be finished here."""
    return Tried(tuple(_receive(strategy, problem, one) for one in accounts), failed)


def _receive(strategy: str, problem: Problem, one: Account) -> Entry:
    candidate = Distant(strategy, one.scored.name, one.spec, one.scored.megabytes, one.overrides, problem)
    return Entry(Mended(candidate, one.attempts, one.kept), one.scored, one.seconds)
